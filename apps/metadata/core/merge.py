"""Three-way merging of contents, path by path.

Members of collections are addressed by lineage id, so additions made in two places never meet. Two that got the same
``order`` key are told apart by their ids, in every reader, so an order tie is no conflict either.

Law: without a conflict, ``three_way(base, mine, theirs) == three_way(base, theirs, mine)``.
"""

from dataclasses import dataclass
from typing import Any

from apps.metadata.core.content import MISSING, Content, Path, same


@dataclass(frozen=True, slots=True)
class PathConflict:
    """One path that both sides gave different values; ``MISSING`` where a side has none."""

    path: Path
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged content, and where it could not be decided. At a conflict the content keeps *their* value."""

    content: Content | None
    conflicts: tuple[PathConflict, ...] = ()


def three_way(base: Content | None, mine: Content | None, theirs: Content | None) -> Merged:
    """What both sides did to ``base``, together. ``None`` is a definition that does not exist."""
    conflicts: list[PathConflict] = []
    content = _merge((), *(MISSING if side is None else side for side in (base, mine, theirs)), conflicts=conflicts)
    return Merged(None if content is MISSING else content, tuple(conflicts))


def _merge(path: Path, base: Any, mine: Any, theirs: Any, *, conflicts: list[PathConflict]) -> Any:
    if same(mine, theirs) or same(base, mine):
        return theirs
    if same(base, theirs):
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict) and (base is MISSING or isinstance(base, dict)):
        shared = {} if base is MISSING else base
        merged = {}
        for key in sorted(mine.keys() | theirs.keys()):
            sides = (side.get(key, MISSING) for side in (shared, mine, theirs))
            value = _merge((*path, key), *sides, conflicts=conflicts)
            if value is not MISSING:
                merged[key] = value
        return merged
    conflicts.append(PathConflict(path, base, mine, theirs))
    return theirs
