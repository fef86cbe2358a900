"""What was decided where a change and a moved head met: kept with the change, and used again on every later rebase.

A resolution decides one path. It holds while both sides there are what was seen, whether or not the change remembers
the head by now. When one of them becomes another value, the conflict is open again and the old resolution is no more
than a suggestion. It ends with the operation it was made for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from apps.changes.core.conflicts import Conflict
from apps.metadata.core.content import MISSING, Path, pointer
from apps.metadata.core.findings import NodeId


class Choice(StrEnum):
    """Whose value stands: what the change wants, what the head has, or one of the person's own."""

    MINE = "mine"
    THEIRS = "theirs"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Resolution:
    """A decision about one path of one definition.

    ``value`` is what shall stand there, ``MISSING`` for nothing; ``THEIRS`` takes it from the head.
    """

    kind: str
    key: str
    path: Path
    choice: Choice
    value: Any
    theirs_digest: str
    mine_digest: str
    operation_ids: frozenset[UUID]

    @classmethod
    def of(cls, conflict: Conflict, choice: Choice, value: Any = MISSING) -> "Resolution":
        """The decision about a conflict as it is seen; ``value`` for an edited one only."""
        decided = {Choice.MINE: conflict.mine, Choice.THEIRS: conflict.theirs, Choice.EDITED: value}[choice]
        return cls(*conflict.place, choice, decided, *conflict.sides, frozenset(conflict.operation_ids))

    @property
    def place(self) -> tuple[str, str, Path]:
        return (self.kind, self.key, self.path)

    def holds(self, conflict: Conflict) -> bool:
        """Whether both sides are what was seen."""
        return conflict.sides == (self.theirs_digest, self.mine_digest)

    def result(self, theirs: Any) -> Any:
        """What stands at the path."""
        return theirs if self.choice is Choice.THEIRS else self.value

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, and what a vote is for; a value that is nothing has no key."""
        made = {"kind": self.kind, "key": self.key, "path": pointer(self.path), "choice": str(self.choice)}
        return made if self.value is MISSING else {**made, "value": self.value}


class Settled(NamedTuple):
    """A conflict and the resolution that decides it. ``replayed`` is what the operations alone leave at the path."""

    conflict: Conflict
    resolution: Resolution
    replayed: Any = MISSING

    def as_dict(self) -> dict[str, Any]:
        return {**self.conflict.as_dict(), "resolution": self.resolution.as_dict()}


class Decided(NamedTuple):
    """The conflicts of a definition, told apart by whether a resolution holds."""

    settled: tuple[Settled, ...]
    open: tuple[Conflict, ...]


def decided(met: Iterable[Conflict], resolutions: Iterable[Resolution]) -> Decided:
    """Which conflicts are settled. ``met`` may name places that are in conflict only by an earlier resolution.

    What lies below a conflict is decided with it.
    """
    known = {resolution.place: resolution for resolution in resolutions}
    settled: list[Settled] = []
    left: list[Conflict] = []
    taken: set[Path] = set()
    for conflict in sorted(met, key=lambda one: one.path):
        if any(conflict.path[:length] in taken for length in range(len(conflict.path))):
            continue
        taken.add(conflict.path)
        resolution = known.get(conflict.place)
        if resolution is not None and resolution.holds(conflict):
            settled.append(Settled(conflict, resolution))
        else:
            left.append(conflict)
    return Decided(tuple(settled), tuple(left))


def suggestion(conflict: Conflict, resolutions: Iterable[Resolution]) -> Resolution | None:
    """What was decided at this place when the sides were others."""
    return next((resolution for resolution in resolutions if resolution.place == conflict.place), None)


def of_pending(resolutions: Iterable[Resolution], operations: Collection[UUID]) -> list[Resolution]:
    """The resolutions whose operations are all still there, in the order of their places."""
    pending = set(operations)
    found = [resolution for resolution in resolutions if resolution.operation_ids <= pending]
    return sorted(found, key=lambda resolution: resolution.place)


def by_definition(resolutions: Iterable[Resolution]) -> dict[NodeId, list[Resolution]]:
    """The resolutions of each definition."""
    groups: dict[NodeId, list[Resolution]] = {}
    for resolution in resolutions:
        groups.setdefault((resolution.kind, resolution.key), []).append(resolution)
    return groups
