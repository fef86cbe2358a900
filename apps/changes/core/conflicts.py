"""Two ways to get in each other's way: operations of one change, and changes that meet on a moved head.

Inside a change operations are disjoint by what they claim, so they commute. Between changes they conflict only where
they write the same path with different results; adding different members never conflicts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from apps.changes.core.staged import StagedOperation, by_target
from apps.metadata.core.content import MISSING, Content, Path, get, pointer, same
from apps.metadata.core.findings import Finding
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

    A side without a value there is ``MISSING``.
    """

    path: Path
    kind: str
    key: str
    base: Any
    theirs: Any
    mine: Any
    operation_id: UUID

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; a missing side has no key."""
        sides = {"base": self.base, "theirs": self.theirs, "mine": self.mine}
        return {
            "path": pointer(self.path),
            "kind": self.kind,
            "key": self.key,
            "operation_id": str(self.operation_id),
            **{side: value for side, value in sides.items() if value is not MISSING},
        }


def path_conflicts(
    staged: StagedOperation, touched: Iterable[Path], *, base: Content, theirs: Content, mine: Content
) -> list[Conflict]:
    """The conflicts of one operation, by path. ``mine`` is the change on its own base, ``theirs`` the moved head."""
    conflicts = []
    for path in sorted(touched):
        values = {"base": get(base, path), "theirs": get(theirs, path), "mine": get(mine, path)}
        if same(values["theirs"], values["mine"]):
            continue
        if not same(values["base"], values["theirs"]) or _taken_away(path, base, theirs):
            conflicts.append(Conflict(path, *staged.target, **values, operation_id=staged.id))
    return conflicts


def _taken_away(path: Path, base: Content, theirs: Content) -> bool:
    """Whether the object that holds the path was there and is gone."""
    parent = path[:-1]
    return get(base, parent) is not MISSING and get(theirs, parent) is MISSING


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
