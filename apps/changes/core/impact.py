"""What else a change reaches: the definitions that refer to what it alters, and what later apps count beside them.

A definition refers to what changes when it points at it, or at something that inherits from it. Law: ``gathered`` does
not depend on the order of what it is given.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from apps.metadata.core.findings import NodeId

#: How many dependants of each kind are named; the others are counted.
SAMPLE = 10

CountsAs = Literal["dependants", "rows", "nothing"]


class Dependant(NamedTuple):
    """A definition that refers to one that changes (``target``), directly or through what inherits from it."""

    kind: str
    key: str
    edge: str
    target: NodeId
    direct: bool

    @property
    def identity(self) -> NodeId:
        return (self.kind, self.key)

    def as_dict(self) -> dict[str, Any]:
        kind, key = self.target
        target = {"kind": kind, "key": key}
        return {"kind": self.kind, "key": self.key, "edge": self.edge, "target": target, "direct": self.direct}


@dataclass(frozen=True, slots=True)
class Part:
    """What one app counts: records, executions, saved views. ``count`` is a lower bound while not ``complete``.

    ``counts_as`` says what the risk makes of it; ``by_target`` says how much of it is about which definition.
    """

    name: str
    count: int
    sample: tuple[str, ...] = ()
    complete: bool = True
    counts_as: CountsAs = "nothing"
    by_target: Mapping[NodeId, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "count": self.count,
            "sample": list(self.sample),
            "complete": self.complete,
            "counts_as": self.counts_as,
            "by_target": [
                {"kind": kind, "key": key, "count": count} for (kind, key), count in sorted(self.by_target.items())
            ],
        }


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole measure. Counts are lower bounds while it is not ``complete``.

    ``by_kind`` counts each dependant once and leaves out what the change itself alters; ``by_target`` counts, for each
    definition that changes, whatever else refers to it.
    """

    by_kind: Mapping[str, int]
    by_target: Mapping[NodeId, Mapping[str, int]]
    sample: tuple[Dependant, ...]
    parts: tuple[Part, ...] = ()
    complete: bool = True

    @property
    def dependants(self) -> int:
        """How many definitions refer to what changes."""
        return sum(self.by_kind.values()) + sum(part.count for part in self.parts if part.counts_as == "dependants")

    @property
    def rows(self) -> int:
        """How many live records it touches."""
        return sum(part.count for part in self.parts if part.counts_as == "rows")

    def of(self, target: NodeId) -> tuple[Part, ...]:
        """What is about one definition: its dependants by kind, then the parts of the other apps."""
        named: dict[str, list[str]] = {}
        for dependant in self.sample:
            if dependant.target == target:
                named.setdefault(dependant.kind, []).append(dependant.key)
        counted = [
            Part(kind, count, tuple(named.get(kind, ())), self.complete, "dependants")
            for kind, count in sorted(self.by_target.get(target, {}).items())
        ]
        joined = [
            Part(part.name, part.by_target[target], part.sample, part.complete, part.counts_as)
            for part in self.parts
            if target in part.by_target
        ]
        return (*counted, *joined)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that is stored and shown."""
        return {
            "dependants": self.dependants,
            "rows": self.rows,
            "by_kind": dict(sorted(self.by_kind.items())),
            "by_target": [
                {"kind": kind, "key": key, "by_kind": dict(sorted(counts.items()))}
                for (kind, key), counts in sorted(self.by_target.items())
            ],
            "sample": [dependant.as_dict() for dependant in self.sample],
            "parts": [part.as_dict() for part in self.parts],
            "complete": self.complete,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Impact":
        """What ``as_dict`` wrote."""
        return cls(
            by_kind=dict(stored["by_kind"]),
            by_target={(one["kind"], one["key"]): dict(one["by_kind"]) for one in stored["by_target"]},
            sample=tuple(_dependant(one) for one in stored["sample"]),
            parts=tuple(_part(one) for one in stored["parts"]),
            complete=stored["complete"],
        )


NOTHING = Impact(by_kind={}, by_target={}, sample=())


def gathered(
    dependants: Iterable[Dependant], touched: Iterable[NodeId], *, parts: Iterable[Part] = (), complete: bool = True
) -> Impact:
    """The impact of altering ``touched``, given who refers to it (each at most once for each target).

    ``complete`` is about the dependants; a part that is not complete makes the whole incomplete.
    """
    altered = frozenset(touched)
    by_target: dict[NodeId, Counter[str]] = {}
    outside: dict[NodeId, Dependant] = {}
    for dependant in sorted(set(dependants)):
        if dependant.identity == dependant.target:
            continue
        by_target.setdefault(dependant.target, Counter())[dependant.kind] += 1
        if dependant.identity not in altered:
            outside.setdefault(dependant.identity, dependant)
    listed = tuple(sorted(parts, key=lambda part: part.name))
    return Impact(
        by_kind=dict(Counter(kind for kind, _ in outside)),
        by_target={target: dict(counts) for target, counts in by_target.items()},
        sample=sampled(outside.values()),
        parts=listed,
        complete=complete and all(part.complete for part in listed),
    )


class Counted(NamedTuple):
    """A dependant that was not counted before, and all the definitions that change to which it refers."""

    kind: str
    key: str
    edge: str
    targets: frozenset[NodeId]
    direct: frozenset[NodeId]


def counting(parts: Iterable[Part]) -> Impact:
    """Where counting a part at a time begins: nothing, with what the other apps said."""
    return Impact(by_kind={}, by_target={}, sample=(), parts=tuple(parts), complete=False)


def added(impact: Impact, counted: Iterable[Counted], touched: Iterable[NodeId]) -> Impact:
    """The impact with more dependants in it. Law: adding all, in whatever pages, counts as ``gathered`` does."""
    altered = frozenset(touched)
    by_kind = Counter(dict(impact.by_kind))
    by_target = {target: Counter(dict(counts)) for target, counts in impact.by_target.items()}
    named = list(impact.sample)
    for one in counted:
        others = one.targets - {(one.kind, one.key)}
        for target in others:
            by_target.setdefault(target, Counter())[one.kind] += 1
        if others and (one.kind, one.key) not in altered:
            by_kind[one.kind] += 1
            target = min(others)
            named.append(Dependant(one.kind, one.key, one.edge, target, target in one.direct))
    return replace(
        impact,
        by_kind=dict(by_kind),
        by_target={target: dict(counts) for target, counts in by_target.items()},
        sample=sampled(named),
    )


def finished(impact: Impact, parts: Iterable[Part]) -> Impact:
    """The impact when everything that refers to what changes has been counted."""
    listed = tuple(sorted(parts, key=lambda part: part.name))
    return replace(impact, parts=listed, complete=all(part.complete for part in listed))


def sampled(dependants: Iterable[Dependant]) -> tuple[Dependant, ...]:
    """The first few of each kind, in the order of kinds and keys."""
    taken: Counter[str] = Counter()
    chosen = []
    for dependant in sorted(dependants):
        taken[dependant.kind] += 1
        if taken[dependant.kind] <= SAMPLE:
            chosen.append(dependant)
    return tuple(chosen)


def _dependant(stored: Mapping[str, Any]) -> Dependant:
    target = (stored["target"]["kind"], stored["target"]["key"])
    return Dependant(stored["kind"], stored["key"], stored["edge"], target, stored["direct"])


def _part(stored: Mapping[str, Any]) -> Part:
    return Part(
        name=stored["name"],
        count=stored["count"],
        sample=tuple(stored["sample"]),
        complete=stored["complete"],
        counts_as=stored["counts_as"],
        by_target={(one["kind"], one["key"]): one["count"] for one in stored["by_target"]},
    )
