"""What can be said of one content alone. Never raises, whatever it is given; findings come in a fixed order."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from apps.kernel.kinds import Projected
from apps.metadata.core.content import MISSING, Content, Path, get, remove
from apps.metadata.core.findings import Edge, Finding
from apps.types.core.choice_list import KIND as CHOICE_LIST
from apps.types.core.choice_list import ChoiceListContent
from apps.types.core.fields import problems_of
from apps.types.core.inheritance import mapping, members
from apps.types.core.record_type import KIND as RECORD_TYPE
from apps.types.core.record_type import RecordTypeContent


def check_record_type(content: Content) -> list[Finding]:
    """Shape, field names used twice, and fields whose attributes do not fit together."""
    return [*_shape(RecordTypeContent, content), *_repeated_names(content), *_field_problems(content)]


def check_choice_list(content: Content) -> list[Finding]:
    """Shape."""
    return [*_shape(ChoiceListContent, content)]


def _shape(model: type[BaseModel], content: Any) -> Iterator[Finding]:
    try:
        model.model_validate(content)
    except ValidationError as error:
        found = []
        for item in error.errors():
            path = tuple(map(str, item["loc"]))
            wrong_type = path[-1:] == ("type",) and item["type"] == "literal_error" and path[:1] == ("fields",)
            code = "INVALID_FIELD_TYPE" if wrong_type else "INVALID_CONTENT"
            found.append((_existing(content, path), code, item["msg"]))
        for path, code, message in sorted(found):
            yield Finding.error(code, f"{'/'.join(path)}: {message}" if path else message, path)


def _existing(content: Any, path: Path) -> Path:
    """The path as far as the content has it: pydantic adds the names of union members to its own."""
    while path and get(content, path) is MISSING and get(content, path[:-1]) is MISSING:
        path = path[:-1]
    return path


def _repeated_names(content: Any) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for field_id, field in members(content, "fields").items():
        name = field.get("name")
        if isinstance(name, str) and first.setdefault(name, field_id) != field_id:
            message = f"Two fields are named “{name}”."
            details = {"name": name, "fields": [first[name], field_id]}
            yield Finding.error("DUPLICATE_FIELD", message, ("fields", field_id, "name"), details=details)


def _field_problems(content: Any) -> Iterator[Finding]:
    for field_id, field in members(content, "fields").items():
        for problem in problems_of(field):
            if problem.code != "INVALID_FIELD_TYPE":  # the shape said so
                message = f"“{field.get('name')}”: {problem.message}"
                yield Finding.error(problem.code, message, ("fields", field_id, problem.attribute))


def record_type_edges(content: Content) -> tuple[Edge, ...]:
    """What a record type points at: its base, the types its fields refer to, the choice lists they use."""
    edges = []
    base = base_of(content)
    if base is not None:
        edges.append(Edge("inherits", RECORD_TYPE, base, ("base_type",)))
    for field_id, field in members(content, "fields").items():
        target, choices = field.get("references"), field.get("choice_list")
        if isinstance(target, str):
            edges.append(Edge("references", RECORD_TYPE, target, ("fields", field_id, "references")))
        if isinstance(choices, str):
            edges.append(Edge("uses", CHOICE_LIST, choices, ("fields", field_id, "choice_list")))
    return tuple(edges)


def base_of(content: Any) -> str | None:
    """The key of the base type."""
    base = mapping(content).get("base_type")
    return base if isinstance(base, str) and base else None


def status_of(content: Any) -> str:
    """The status; empty where there is none."""
    status = mapping(content).get("status")
    return status if isinstance(status, str) else ""


def projected(content: Any) -> Projected:
    """What a head shows."""
    return Projected(str(mapping(content).get("name", "")), status_of(content))


def live_fields(content: Content) -> Content:
    """The content without removed fields that are live again: a field is in use or in quarantine, never both."""
    for field_id in members(content, "fields"):
        if get(content, ("removed", field_id)) is not MISSING:
            content = remove(content, ("removed", field_id))
    return content if content.get("removed", True) else remove(content, ("removed",))


def retypes(before: Content, after: Content) -> bool:
    """Whether a field holds another type of value afterwards; also one that comes back from the removed ones."""
    known = {**members(before, "removed"), **members(before, "fields")}
    return any(
        field_id in known and known[field_id].get("type") != field.get("type")
        for field_id, field in members(after, "fields").items()
    )
