"""Taking over what another environment, or another time, says: an operation that every kind understands.

Its values come from stored content and never from what a caller writes, so no kind has to bind it.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, JsonValue

from apps.metadata.core.content import MISSING, Content, Path, pointer, put, remove
from apps.metadata.core.diff import Difference, diff
from apps.metadata.core.operations import (
    EVERYTHING,
    RETIRED,
    Context,
    Inverse,
    Operation,
    Refusal,
    Retire,
    Reversibility,
)


class AdoptedValue(BaseModel):
    """What becomes of one path: a value, or nothing at all where ``clear``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: tuple[str, ...]
    value: JsonValue = None
    clear: bool = False

    @classmethod
    def of(cls, difference: Difference) -> Self:
        if difference.is_removal:
            return cls(path=difference.path, clear=True)
        return cls(path=difference.path, value=difference.after)


class Adopt(Operation):
    """Take over the other side's value at each path that differs.

    It writes values and says nothing of how they came about, so it goes alone: no other operation of its change may
    touch the definition.
    """

    type: ClassVar[str] = "adopt"

    values: tuple[AdoptedValue, ...]

    @classmethod
    def differences(cls, differences: Iterable[Difference]) -> Self:
        """The operation that carries these differences out."""
        return cls(values=tuple(AdoptedValue.of(difference) for difference in differences))

    def apply(self, content: Content | None, context: Context) -> Content:
        for adopted in self.values:
            content = _carried_out(adopted, content)
        if content is None:
            raise Refusal("DEFINITION_NOT_FOUND", "The definition does not exist.")
        return content

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset(adopted.path for adopted in self.values)

    def claims(self) -> frozenset[str]:
        return frozenset({EVERYTHING})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        """The way back, made from what is there before; for a definition that was not there, retirement."""
        after = self.apply(content, context)
        if content is None:
            return Inverse(Retire(), Reversibility.LOSSLESS)
        return Inverse(Adopt.differences(diff(after, content)), Reversibility.LOSSLESS)

    def summary(self) -> str:
        if len(self.values) == 1 and self.values[0].path:
            return f"Adopt {pointer(self.values[0].path)[1:]}"
        whole = any(not adopted.path for adopted in self.values)
        return "Adopt the definition" if whole else f"Adopt {len(self.values)} differences"


def _carried_out(adopted: AdoptedValue, content: Content | None) -> Content | None:
    if not adopted.path:
        if adopted.clear or not isinstance(adopted.value, dict):
            raise Refusal("NOT_ADOPTABLE", "A definition is retired, it does not disappear.")
        return adopted.value
    if content is None:
        raise Refusal("DEFINITION_NOT_FOUND", "The definition does not exist.")
    if adopted.clear:
        return remove(content, adopted.path)
    try:
        return put(content, adopted.path, adopted.value)
    except ValueError as error:
        raise Refusal("ATTRIBUTE_NOT_FOUND", str(error), adopted.path) from error


def adoption(here: Content | None, there: Content | None) -> Operation | None:
    """The operation that makes ``here`` say what ``there`` says; ``None`` where that takes nothing.

    A definition that is not there is retired here: a lineage never disappears, and retired is how "not in use" is said.
    """
    if there is None:
        return None if here is None or here.get("status") == RETIRED else Retire()
    found = diff(here if here is not None else MISSING, there)
    return Adopt.differences(found) if found else None


#: Operations that every kind has, whatever it brings itself. Nobody stages one by writing it.
GENERIC: Mapping[str, type[Operation]] = {Adopt.type: Adopt}
