"""Reading and changing content by path, without copying what did not change.

Content is a plain JSON document and is treated as immutable: ``put`` and ``remove`` return a new document that shares
every branch they did not touch, so applying a thousand operations copies paths, not documents.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

Content: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str, ...]


class Missing(Enum):
    """What is found where nothing is; different from an explicit null."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> Literal[False]:
        return False


MISSING: Final = Missing.MISSING


def get(content: Any, path: Path, default: Any = MISSING) -> Any:
    """The value at ``path``, or ``default`` where any step of it is absent. The empty path is the document itself."""
    for step in path:
        if not isinstance(content, Mapping) or step not in content:
            return default
        content = content[step]
    return content


def put(content: Content, path: Path, value: Any) -> Content:
    """``content`` with ``value`` at ``path``, making the objects on the way; the same object where nothing changes.

    Raises ``ValueError`` for the empty path, and where a step of it runs through a value that is no object.
    """
    if not path:
        raise ValueError("The whole content has no path to put a value at.")
    head, rest = path[0], path[1:]
    current = content.get(head, MISSING)
    if rest:
        if current is MISSING:
            current = {}
        elif not isinstance(current, dict):
            raise ValueError(f"{head!r} is no object, so it has no {rest[0]!r}.")
        value = put(current, rest, value)
        if value is current and head in content:
            return content
    elif current is not MISSING and same(current, value):
        return content
    return {**content, head: value}


def remove(content: Content, path: Path) -> Content:
    """``content`` without what is at ``path``; the same object when nothing is there. Emptied parents stay."""
    if not path:
        raise ValueError("The whole content cannot be removed from itself.")
    head, rest = path[0], path[1:]
    if head not in content:
        return content
    if rest:
        current = content[head]
        if not isinstance(current, dict):
            return content
        changed = remove(current, rest)
        return content if changed is current else {**content, head: changed}
    return {key: value for key, value in content.items() if key != head}


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: ``1`` and ``1.0`` are, ``1`` and ``true`` are not."""
    if one is other:
        return True
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list | tuple):
        return (
            isinstance(other, list | tuple)
            and len(one) == len(other)
            and all(same(left, right) for left, right in zip(one, other, strict=True))
        )
    if isinstance(one, bool) or isinstance(other, bool):
        return False  # the two booleans are singletons, so equal ones were found above
    return bool(one == other)


def overlap(one: Path, other: Path) -> bool:
    """Whether one path lies at or below the other, so that writing both would interfere."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def pointer(path: Path) -> str:
    """The path as a JSON Pointer (RFC 6901), for people and messages: ``/fields/b4m2q8x0c1r7t/label``."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def from_pointer(text: str) -> Path:
    """The path that ``pointer`` writes as ``text``."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])
