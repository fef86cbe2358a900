"""What an operation is, and the four that every kind of definition can use.

An operation is a frozen value with pure functions. Laws, for every operation:

* ``invert(content).operation.apply(apply(content)) == content`` when the inverse is marked lossless;
* ``touches`` covers every path at which ``apply`` changes the content;
* two operations whose ``claims`` are disjoint give the same content in either order.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from apps.kernel.canonical import canonical_json
from apps.metadata.core.content import MISSING, Content, Path, get, pointer, put, remove

RETIRED = "retired"
EVERYTHING = "*"  # as a claim: no other operation of the change may touch the definition


class Refusal(Exception):
    """An operation that does not fit the content it meets: a stable code, a sentence, the path."""

    def __init__(self, code: str, message: str, path: Path = (), **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.details = details


class Reversibility(StrEnum):
    """What undoing an operation brings back: all of it, some of it, or nothing."""

    LOSSLESS = "lossless"
    LOSSY = "lossy"
    IRREVERSIBLE = "irreversible"


class Inverse(NamedTuple):
    """The operation that undoes another one, and how well. Only what is irreversible has no operation."""

    operation: "Operation | None"
    reversibility: Reversibility


@dataclass(frozen=True, slots=True)
class Context:
    """What an operation may know besides its own content: the base chain as stored, nearest first."""

    chain: tuple[Content, ...] = ()


NO_CONTEXT = Context()


class Operation(BaseModel, ABC):
    """One typed step of a change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]

    @model_validator(mode="after")
    def _has_a_canonical_form(self) -> Self:
        """No operation carries what a digest could not be made of; ``NotCanonical`` is a ``ValidationError`` here."""
        canonical_json(self.payload())
        return self

    @abstractmethod
    def apply(self, content: Content | None, context: Context) -> Content:
        """The content afterwards; ``None`` is a definition that does not exist. Raises ``Refusal``."""

    @abstractmethod
    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        """The paths this writes, given the content it meets: what conflict detection and impact read."""

    @abstractmethod
    def claims(self) -> frozenset[str]:
        """What no other operation of one change may claim on the same definition: names of members, names renamed
        away or into, ``#id`` for a member's id, ``@attribute`` for an attribute, ``*`` for everything."""

    @abstractmethod
    def invert(self, content: Content | None, context: Context) -> Inverse:
        """What undoes this, given the content *before* it. Raises ``Refusal`` where ``apply`` would."""

    @abstractmethod
    def summary(self) -> str:
        """One readable line."""

    def payload(self) -> dict[str, Any]:
        """The JSON form that is stored and that ``model_validate`` reads back."""
        return self.model_dump(mode="json")

    def written(self) -> dict[str, Any]:
        """What a person would write for it, with names where it has ids. A kind's binder reads it back, except for
        what only a machine can ask for."""
        return self.payload()


def existing(content: Content | None) -> Content:
    """The content, or the refusal that there is none."""
    if content is None:
        raise Refusal("DEFINITION_NOT_FOUND", "The definition does not exist.")
    return content


class Define(Operation):
    """Bring a definition into being. What was retired is restored, not defined again."""

    type: ClassVar[str] = "define"

    key: str
    content: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        if content is not None:
            hint = " It is retired; restore it instead." if content.get("status") == RETIRED else ""
            raise Refusal("DEFINITION_EXISTS", f"“{self.key}” exists already.{hint}", key=self.key)
        return self.content

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({()})

    def claims(self) -> frozenset[str]:
        return frozenset({"@define"})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        """Retirement. A lineage never disappears, so a definition that was not there and one that is retired are the
        same to everything that looks at heads; nothing is lost by it."""
        self.apply(content, context)
        return Inverse(Retire(), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"key": self.key, **self.content}

    def summary(self) -> str:
        name = self.content.get("name")
        return f"Define “{name}” ({self.key})" if isinstance(name, str) and name != self.key else f"Define {self.key}"


class SetAttribute(Operation):
    """Set or clear one attribute of the definition itself. A stored null and an absent attribute are different."""

    type: ClassVar[str] = "set_attribute"

    path: tuple[str, ...] = Field(min_length=1)
    value: JsonValue = None
    clear: bool = False

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        if self.clear:
            return remove(content, self.path)
        try:
            return put(content, self.path, self.value)
        except ValueError as error:
            raise Refusal("ATTRIBUTE_NOT_FOUND", str(error), self.path) from error

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({self.path})

    def claims(self) -> frozenset[str]:
        return frozenset({"@" + self.path[0]})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        self.apply(content, context)
        for prefix in _prefixes(self.path):
            before = get(content, prefix)
            if before is MISSING:
                return Inverse(SetAttribute(path=prefix, clear=True), Reversibility.LOSSLESS)
        return Inverse(SetAttribute(path=self.path, value=before), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"attribute": ".".join(self.path), "value": None if self.clear else self.value}

    def summary(self) -> str:
        name = pointer(self.path)[1:]
        return f"Clear {name}" if self.clear else f"Set {name} to {_shown(self.value)}"


class Retire(Operation):
    """Take a definition out of use. Its lineage, key and content stay."""

    type: ClassVar[str] = "retire"

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        if content.get("status") == RETIRED:
            raise Refusal("ALREADY_RETIRED", "The definition is retired already.", ("status",))
        return put(content, ("status",), RETIRED)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("status",)})

    def claims(self) -> frozenset[str]:
        return frozenset({"@status"})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        self.apply(content, context)
        status = content.get("status", MISSING)
        if isinstance(status, str):
            return Inverse(Restore(status=status), Reversibility.LOSSLESS)
        if status is MISSING:
            return Inverse(SetAttribute(path=("status",), clear=True), Reversibility.LOSSLESS)
        return Inverse(SetAttribute(path=("status",), value=status), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return "Retire"


class Restore(Operation):
    """Bring a retired definition back into the status it is given."""

    type: ClassVar[str] = "restore"

    status: str = "active"

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        if content.get("status") != RETIRED:
            raise Refusal("NOT_RETIRED", "Only a retired definition can be restored.", ("status",))
        return put(content, ("status",), self.status)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("status",)})

    def claims(self) -> frozenset[str]:
        return frozenset({"@status"})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        return Inverse(Retire(), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Restore as {self.status}"


def _prefixes(path: Path) -> Iterator[Path]:
    return (path[:length] for length in range(1, len(path) + 1))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, dict | list):
        return "a new value"
    return {None: "nothing", True: "yes", False: "no"}.get(value, str(value))
