"""What a type is made of in the end: the fields of its base chain, then its own.

All functions read plain content and never raise on garbage: a part that has no sensible shape is passed over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EffectiveField:
    """A field as records of the type see it.

    ``depth`` is 0 for the type's own fields, 1 for its base's and so on; ``overridden`` names what some type between
    has tightened.
    """

    id: str
    definition: Mapping[str, Any]
    depth: int
    overridden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return str(self.definition.get("name", ""))

    @property
    def inherited(self) -> bool:
        return self.depth > 0


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def members(content: Any, collection: str) -> dict[str, Mapping[str, Any]]:
    """The well-shaped members of a collection by id, in their order (ties by id)."""
    found = [
        (str(member.get("order", "")), identifier, member)
        for identifier, member in mapping(mapping(content).get(collection)).items()
        if isinstance(member, Mapping)
    ]
    return {identifier: member for _, identifier, member in sorted(found, key=lambda item: item[:2])}


def inherited_fields(chain: Sequence[Content]) -> Mapping[str, EffectiveField]:
    """The fields a type gets from its base chain (nearest first), by id, furthest ancestor first."""
    return _inherited(_Chain(tuple(chain))) if chain else {}


def inherited_named(name: str, chain: Sequence[Content]) -> EffectiveField | None:
    """The inherited field of that name."""
    return _named(_Chain(tuple(chain))).get(name) if chain else None


class _Chain:
    """A base chain, told from others by which contents it holds: contents never change, and comparing them is slow."""

    __slots__ = ("contents", "key")

    def __init__(self, contents: tuple[Content, ...]) -> None:
        self.contents = contents
        self.key = tuple(map(id, contents))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Chain) and self.key == other.key


# A change of a thousand operations asks for the same chain thousands of times. What is remembered holds its contents,
# so their identities stay theirs.
@lru_cache(maxsize=128)
def _inherited(chain: _Chain) -> Mapping[str, EffectiveField]:
    fields: dict[str, EffectiveField] = {}
    for depth, content in reversed(list(enumerate(chain.contents, start=1))):
        _extend(fields, content, depth)
    return MappingProxyType(fields)


@lru_cache(maxsize=128)
def _named(chain: _Chain) -> Mapping[str, EffectiveField]:
    return MappingProxyType(by_name(_inherited(chain).values()))


def effective_fields(content: Content | None, chain: Sequence[Content]) -> dict[str, EffectiveField]:
    """Everything a record of the type has, by id: the base chain's fields, then its own."""
    fields = dict(inherited_fields(chain))
    if content is not None:
        _extend(fields, content, 0)
    return fields


def _extend(fields: dict[str, EffectiveField], content: Content, depth: int) -> None:
    for identifier, override in mapping(mapping(content).get("overrides")).items():
        field = fields.get(identifier)
        if field is not None and isinstance(override, Mapping):
            fields[identifier] = replace(
                field,
                definition={**field.definition, **override},
                overridden=field.overridden | frozenset(map(str, override)),
            )
    for identifier, definition in members(content, "fields").items():
        if identifier not in fields:
            fields[identifier] = EffectiveField(identifier, definition, depth)


def by_name(fields: Iterable[EffectiveField]) -> dict[str, EffectiveField]:
    """The fields by name; where a name is taken twice, the one inherited from further away stands."""
    named: dict[str, EffectiveField] = {}
    for field in fields:
        named.setdefault(field.name, field)
    return named


def ancestors(key: str, bases: Mapping[str, str | None]) -> Iterator[str]:
    """The keys of the base chain, nearest first; a loop ends before it repeats."""
    seen = {key}
    current = bases.get(key)
    while current is not None and current not in seen:
        yield current
        seen.add(current)
        current = bases.get(current)
