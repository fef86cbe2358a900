"""Who gave each attribute the value it has: blame, as in Git, over the revisions a head went through.

Laws: the blamed values, put into an empty document, are the newest content; and the revision blamed for a path is the
first of the unbroken run of revisions that hold that value there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from apps.metadata.core.content import Content, Path, get, put, same

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Said(Generic[Mark]):
    """What a definition said after one move, and what is known of the move."""

    mark: Mark
    digest: str
    content: Content


@dataclass(frozen=True, slots=True)
class Blamed(Generic[Mark]):
    """One attribute and the move that gave it its value. ``or_earlier`` where the search ended before its origin."""

    path: Path
    value: Any
    mark: Mark
    or_earlier: bool = False


def blame(history: Iterable[Said[Mark]], *, whole: bool = True) -> tuple[Blamed[Mark], ...]:
    """Each attribute of the newest content with its origin, by path.

    ``history`` comes newest first and is read only until everything is explained. ``whole`` says that it begins with
    the definition itself; otherwise what is left at its end may be older. Nothing gives nothing.
    """
    moves = iter(history)
    newest = next(moves, None)
    if newest is None:
        return ()
    order = list(leaves(newest.content))
    unexplained = dict(order)
    found: dict[Path, Blamed[Mark]] = {}
    after = newest
    for said in moves:
        if said.digest != after.digest:
            for path in [path for path, value in unexplained.items() if not same(get(said.content, path), value)]:
                found[path] = Blamed(path, unexplained.pop(path), after.mark)
            if not unexplained:
                break
        after = said
    for path, value in unexplained.items():
        found[path] = Blamed(path, value, after.mark, or_earlier=not whole)
    return tuple(found[path] for path, _ in order)


def leaves(content: Content) -> Iterator[tuple[Path, Any]]:
    """The attributes of a content: every value that is no object, and every empty object, in the order of paths."""
    return _leaves((), content)


def replayed(blamed: Iterable[Blamed[Mark]]) -> Content:
    """The content that the blamed values amount to."""
    content: Content = {}
    for one in blamed:
        content = put(content, one.path, one.value) if one.path else one.value
    return content


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _leaves((*path, key), value[key])
    else:
        yield path, value
