"""What differs between two contents, as a sorted list of paths.

Objects are compared member by member; anything else (lists too) is one value. Collections are maps by lineage id, so
the difference of two record types is a list of ``/fields/<id>/<attribute>``.

Law: ``apply_differences(before, diff(before, after)) == after``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.metadata.core.content import MISSING, Content, Missing, Path, pointer, put, remove, same


@dataclass(frozen=True, slots=True)
class Difference:
    """One path with another value than before; ``MISSING`` on the side where there is none."""

    path: Path
    before: Any
    after: Any

    @property
    def is_addition(self) -> bool:
        return self.before is MISSING

    @property
    def is_removal(self) -> bool:
        return self.after is MISSING

    @property
    def verb(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.is_addition:
            return "added"
        return "removed" if self.is_removal else "changed"

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; a missing side has no key, so that it cannot be taken for a null."""
        sides = {"before": self.before, "after": self.after}
        present = {name: value for name, value in sides.items() if value is not MISSING}
        return {"path": pointer(self.path), "change": self.verb, **present}


def diff(before: Content | Missing | None, after: Content | Missing | None) -> tuple[Difference, ...]:
    """The differences in the order of their paths. ``None`` is a definition that does not exist: then the whole
    content is one difference at the empty path."""
    one = MISSING if before is None else before
    other = MISSING if after is None else after
    return tuple(_walk((), one, other))


def apply_differences(before: Content | None, differences: Iterable[Difference]) -> Content | None:
    """The content after the differences; ``None`` when they take the whole of it away."""
    content = before
    for difference in differences:
        if not difference.path:
            content = None if difference.is_removal else difference.after
        elif content is None:
            raise ValueError("A definition that does not exist has no paths.")
        elif difference.is_removal:
            content = remove(content, difference.path)
        else:
            content = put(content, difference.path, difference.after)
    return content


def _walk(path: Path, before: Any, after: Any) -> Iterator[Difference]:
    if before is after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from _walk((*path, key), before.get(key, MISSING), after.get(key, MISSING))
    elif not same(before, after):
        yield Difference(path, before, after)
