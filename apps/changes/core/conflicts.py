"""Two ways to get in each other's way: operations of one change, and changes that meet on a moved head.

Inside a change operations are disjoint by what they claim, so they commute. Between changes they conflict only where
they write the same path with different results; adding different members never conflicts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from apps.changes.core.staged import StagedOperation, by_target
from apps.kernel.canonical import digest
from apps.metadata.core.content import MISSING, Content, Path, get, pointer, same
from apps.metadata.core.findings import Finding, NodeId
from apps.metadata.core.operations import EVERYTHING, Operation


class Clash(NamedTuple):
    """A pending operation that claims what another one claims."""

    code: Literal["DUPLICATE_OP", "CONFLICTING_OP"]
    other: StagedOperation
    names: tuple[str, ...]

    @property
    def message(self) -> str:
        names = ", ".join(f"“{name.lstrip('@#')}”" for name in self.names)
        if self.code == "DUPLICATE_OP":
            return f"This change already has the same operation on {names}: {self.other.operation.summary()}."
        return f"This change already touches {names}: {self.other.operation.summary()}."


def clash(pending: Iterable[StagedOperation], operation: Operation) -> Clash | None:
    """The first pending operation on the same definition that an operation may not join; ``None`` when disjoint.

    ``DUPLICATE_OP`` for the same type on the same names, ``CONFLICTING_OP`` for anything else they share. Ids
    (``#...``) stand back where there are names: two additions of one name have different ids and are duplicates.
    """
    claims = operation.claims()
    for other in pending:
        theirs = other.operation.claims()
        shared = _shared(claims, theirs)
        if shared:
            duplicate = other.operation.type == operation.type and _named(claims) == _named(theirs)
            return Clash("DUPLICATE_OP" if duplicate else "CONFLICTING_OP", other, tuple(sorted(_named(shared))))
    return None


def clashes(operations: Iterable[StagedOperation]) -> list[Finding]:
    """An error for each operation that meets an earlier one of its change: the guard of staging, asked again."""
    findings = []
    for target, group in by_target(operations).items():
        owners: dict[str, StagedOperation] = {}
        for staged in group:
            claims = staged.operation.claims()
            candidates = owners.values() if EVERYTHING in claims else _owners(owners, claims)
            found = clash(candidates, staged.operation)
            if found is not None:
                details = {"names": list(found.names), "other_operation_id": str(found.other.id)}
                findings.append(
                    Finding.error(found.code, found.message, details=details).at(*target, operation_id=staged.id)
                )
            for claim in claims:
                owners.setdefault(claim, staged)
    return findings


@dataclass(frozen=True, slots=True)
class Conflict:
    """One path that this change and what was merged meanwhile gave different values; both sides are named.

    A side without a value there is ``MISSING``. Where what holds the path was taken away, the path is that of the
    whole that is gone, so that both sides can be compared and either can be chosen.
    """

    path: Path
    kind: str
    key: str
    base: Any
    theirs: Any
    mine: Any
    operation_ids: tuple[UUID, ...]

    @property
    def operation_id(self) -> UUID:
        """The first of the operations that wrote there."""
        return self.operation_ids[0]

    @property
    def target(self) -> NodeId:
        return (self.kind, self.key)

    @property
    def place(self) -> tuple[str, str, Path]:
        return (self.kind, self.key, self.path)

    @property
    def sides(self) -> tuple[str, str]:
        """What a resolution is for: digests of theirs and of mine."""
        return (side_digest(self.theirs), side_digest(self.mine))

    @property
    def seen(self) -> str:
        """64 hexadecimal digits over the place and both sides: who decides says with it what he saw."""
        return digest([self.kind, self.key, list(self.path), *self.sides])

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; a missing side has no key."""
        sides = {"base": self.base, "theirs": self.theirs, "mine": self.mine}
        return {
            "path": pointer(self.path),
            "kind": self.kind,
            "key": self.key,
            "operation_id": str(self.operation_id),
            "seen": self.seen,
            **{side: value for side, value in sides.items() if value is not MISSING},
        }


def side_digest(value: Any) -> str:
    """The digest of one side; empty where it has no value."""
    return "" if value is MISSING else digest(value)


def meeting(path: Path, base: Content, theirs: Content) -> Path:
    """Where a path is compared: at itself, or at the nearest whole around it that is no object in ``theirs`` any
    more. What neither side had is made on the way and is nobody's loss; nor is a collection that lost its last member.
    """
    for length in range(1, len(path)):
        around = path[:length]
        held, had = get(theirs, around), get(base, around)
        if isinstance(held, dict) or (held is MISSING and _is_collection(had)):
            continue
        return path if held is MISSING and had is MISSING else around
    return path


def _is_collection(value: Any) -> bool:
    """Whether it is a map of members; a member has attributes that are no objects."""
    return isinstance(value, dict) and all(isinstance(member, dict) for member in value.values())


def path_conflicts(
    target: NodeId, touched: Mapping[UUID, Iterable[Path]], *, base: Content, theirs: Content, mine: Content
) -> list[Conflict]:
    """The conflicts of one definition, one for each path, in the order of the paths.

    ``touched`` are the paths of each operation, ``mine`` the change on its own base, ``theirs`` the moved head.
    """
    writers: dict[Path, list[UUID]] = {}
    for operation_id, paths in touched.items():
        for path in {meeting(path, base, theirs) for path in paths}:
            writers.setdefault(path, []).append(operation_id)
    conflicts = []
    for path in sorted(writers):
        sides = {"base": get(base, path), "theirs": get(theirs, path), "mine": get(mine, path)}
        if not same(sides["theirs"], sides["mine"]) and not same(sides["base"], sides["theirs"]):
            conflicts.append(Conflict(path, *target, **sides, operation_ids=tuple(writers[path])))
    return conflicts


def _shared(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if EVERYTHING in one or EVERYTHING in other:
        return ((one | other) - {EVERYTHING}) or frozenset({EVERYTHING})
    return one & other


def _named(claims: frozenset[str]) -> frozenset[str]:
    """The claims that people can read; the ids only where there is nothing else."""
    return frozenset(claim for claim in claims if not claim.startswith("#")) or claims


def _owners(owners: dict[str, StagedOperation], claims: frozenset[str]) -> list[StagedOperation]:
    names = sorted(claims | {EVERYTHING})
    found = {owners[name].id: owners[name] for name in names if name in owners}
    return sorted(found.values(), key=lambda staged: staged.sequence)
