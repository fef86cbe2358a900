"""What a new OpenAPI document takes away from the clients of an old one, decided from the two documents alone."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
_MAX_DEPTH = 12


def breaking_changes(before: Document, after: Document) -> list[str]:
    """One sentence for each: an operation, status or key gone, a type changed, a value or a requirement added."""
    return sorted(set(_changes(before, after)))


def _changes(before: Document, after: Document) -> Iterator[str]:
    for path, methods in before.get("paths", {}).items():
        for method, old in methods.items():
            place = f"{method.upper()} {path}"
            new = after.get("paths", {}).get(path, {}).get(method)
            if new is None:
                yield f"{place}: the operation is gone."
                continue
            yield from _parameters(place, _named(old, before), _named(new, after))
            yield from _bodies(place, old, new, before, after)
            yield from _answers(place, old, new, before, after)


def _named(operation: Document, document: Document) -> dict[tuple[str, str], Document]:
    found = [_resolve(parameter, document) for parameter in operation.get("parameters", [])]
    return {(parameter["in"], parameter["name"]): parameter for parameter in found}


def _parameters(
    place: str, old: dict[tuple[str, str], Document], new: dict[tuple[str, str], Document]
) -> Iterator[str]:
    for key, parameter in old.items():
        if key[0] == "query" and key not in new:
            yield f"{place}: the parameter {parameter['name']} is gone."
    for key, parameter in new.items():
        if parameter.get("required") and not old.get(key, {}).get("required"):
            yield f"{place}: the parameter {parameter['name']} is required now."


def _bodies(place: str, old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    old_schema, new_schema = _content(old.get("requestBody", {})), _content(new.get("requestBody", {}))
    if new.get("requestBody", {}).get("required") and not old.get("requestBody", {}).get("required"):
        yield f"{place}: a body is required now."
    if old_schema is not None:
        yield from _narrowed(f"{place} body", old_schema, new_schema or {}, before, after, 0)


def _narrowed(place: str, old: Document, new: Document, before: Document, after: Document, depth: int) -> Iterator[str]:
    """What was accepted and is not any more."""
    old, new = _resolve(old, before), _resolve(new, after)
    if depth > _MAX_DEPTH or not old:
        return
    yield from _demanded(place, old, new)
    yield from _retyped(place, old, new)
    for name, inner in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from _narrowed(f"{place}.{name}", inner, new["properties"][name], before, after, depth + 1)
    if "items" in old and "items" in new:
        yield from _narrowed(f"{place}[]", old["items"], new["items"], before, after, depth + 1)


def _demanded(place: str, old: Document, new: Document) -> Iterator[str]:
    gone = old.get("properties", {}).keys() - new.get("properties", {}).keys()
    if new.get("additionalProperties") is False:
        yield from (f"{place}: {name} is not accepted any more." for name in gone)
    required = set(new.get("required", [])) - set(old.get("required", []))
    yield from (f"{place}: {name} is required now." for name in required)
    values = [value for value in old.get("enum", []) if value not in new.get("enum", [value])]
    yield from (f"{place}: the value {value} is not accepted any more." for value in values)


def _answers(place: str, old: Document, new: Document, before: Document, after: Document) -> Iterator[str]:
    for status, answer in old.get("responses", {}).items():
        if not status.startswith("2"):
            continue
        if status not in new.get("responses", {}):
            yield f"{place}: the answer {status} is gone."
            continue
        old_schema, new_schema = _content(answer), _content(new["responses"][status])
        if old_schema is not None:
            yield from _lost(f"{place} {status}", old_schema, new_schema or {}, before, after, 0)


def _lost(place: str, old: Document, new: Document, before: Document, after: Document, depth: int) -> Iterator[str]:
    """What was answered and is not any more."""
    old, new = _resolve(old, before), _resolve(new, after)
    if depth > _MAX_DEPTH or not old:
        return
    yield from _retyped(place, old, new)
    for name, inner in old.get("properties", {}).items():
        found = new.get("properties", {}).get(name)
        if found is None:
            yield f"{place}: {name} is gone."
            continue
        if name in old.get("required", []) and name not in new.get("required", []):
            yield f"{place}: {name} may be missing now."
        yield from _lost(f"{place}.{name}", inner, found, before, after, depth + 1)
    if "items" in old and "items" in new:
        yield from _lost(f"{place}[]", old["items"], new["items"], before, after, depth + 1)


def _retyped(place: str, old: Document, new: Document) -> Iterator[str]:
    for key in ("type", "format"):
        if key in old and old[key] != new.get(key):
            yield f"{place}: {key} changed from {old[key]} to {new.get(key)}."


def _content(described: Document) -> Document | None:
    found: Document | None = described.get("content", {}).get("application/json", {}).get("schema")
    return found


def _resolve(schema: Document, document: Document) -> Document:
    """Follow a reference into the components."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    _hash, _components, kind, name = reference.split("/")
    found: Document = document["components"][kind][name]
    return found
