"""What a change would do, decided without a database.

``plan`` is pure and deterministic: the same inputs give the same bytes in any process, locale and hash seed. Law:
planning on a head that moved only where the change does not touch gives the differences of planning on the base.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.changes.core.conflicts import Conflict, clashes, path_conflicts
from apps.changes.core.staged import DefinitionState, StagedOperation, by_target, in_sequence
from apps.kernel.canonical import NotCanonical, canonical_json, digest
from apps.metadata.core.content import Content
from apps.metadata.core.diff import Difference, diff
from apps.metadata.core.findings import Finding, NodeId, has_errors
from apps.metadata.core.kinds import MetadataKind, kind_named
from apps.metadata.core.operations import NO_CONTEXT, Context, Refusal, Reversibility


@dataclass(frozen=True, slots=True)
class PlannedDefinition:
    """One definition before (its head) and after. ``after`` is ``None`` where its definition was refused."""

    kind: str
    key: str
    before: Content | None
    after: Content | None
    digest_before: str | None
    digest_after: str | None
    number_before: int | None
    differences: tuple[Difference, ...]
    replayed: bool
    """The head moved since the change remembered it, and the operations were replayed on it."""

    @property
    def target(self) -> NodeId:
        return (self.kind, self.key)

    @property
    def is_changed(self) -> bool:
        """Whether merging writes a revision. Operations that end where they began write none."""
        return self.digest_before != self.digest_after

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "key": self.key,
            "digest_before": self.digest_before,
            "digest_after": self.digest_after,
            "replayed": self.replayed,
            "differences": [difference.as_dict() for difference in self.differences],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change would do: contents, typed diff, findings, conflicts, and how each operation can be undone."""

    operations: tuple[StagedOperation, ...]
    definitions: tuple[PlannedDefinition, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    reversibility: Mapping[UUID, Reversibility]

    @property
    def is_clean(self) -> bool:
        """Neither an error nor a conflict. The graph has its own say (``apps.changes.core.graph``)."""
        return not self.conflicts and not has_errors(self.findings)

    def definition(self, kind: str, key: str) -> PlannedDefinition | None:
        return next((planned for planned in self.definitions if planned.target == (kind, key)), None)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that is stored and shown. Whole contents are left out: the differences and digests say it."""
        return {
            "definitions": [planned.as_dict() for planned in self.definitions],
            "findings": [finding.as_dict() for finding in self.findings],
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
            "reversibility": {str(identity): str(kind) for identity, kind in self.reversibility.items()},
        }

    def as_bytes(self) -> bytes:
        """The canonical bytes of the plan."""
        return canonical_json(self.as_dict())

    def digest_material(self) -> dict[str, Any]:
        """What an approval is for: operations, typed diff and reversibility, but no base digest and no row id.

        It stays the same when a head moves elsewhere, and changes when what would be written does.
        """
        return {
            "operations": [staged.as_dict() for staged in self.operations],
            "differences": [
                {
                    "kind": planned.kind,
                    "key": planned.key,
                    "differences": [difference.as_dict() for difference in planned.differences],
                }
                for planned in self.definitions
            ],
            "reversibility": [
                [staged.sequence, str(self.reversibility[staged.id])]
                for staged in self.operations
                if staged.id in self.reversibility
            ],
        }


def plan(
    bases: Mapping[NodeId, DefinitionState],
    operations: Sequence[StagedOperation],
    heads: Mapping[NodeId, DefinitionState],
    contexts: Mapping[NodeId, Context],
    *,
    kind: Callable[[str], MetadataKind] = kind_named,
) -> Plan:
    """Plan a change.

    ``bases`` are the definitions as the change remembers them, ``heads`` as they are now; both leave out what does not
    exist. ``contexts`` are the base chains as stored now. An operation that is refused is skipped, so that every
    refusal is found and not only the first. Raises ``UnknownKind``.
    """
    findings = clashes(operations)
    conflicts: list[Conflict] = []
    reversibility: dict[UUID, Reversibility] = {}
    definitions = []
    for target, group in by_target(operations).items():
        base = bases.get(target, DefinitionState(*target))
        head = heads.get(target, DefinitionState(*target))
        planned = _Definition(base, head, contexts.get(target, NO_CONTEXT), kind(target[0]))
        planned.replay(group)
        findings.extend(planned.findings)
        conflicts.extend(planned.conflicts)
        reversibility.update(planned.reversibility)
        definitions.append(planned.outcome())
    return Plan(in_sequence(operations), tuple(definitions), tuple(findings), tuple(conflicts), reversibility)


class _Definition:
    """The planning of one definition: its own findings, conflicts and result."""

    def __init__(self, base: DefinitionState, head: DefinitionState, context: Context, kind: MetadataKind) -> None:
        self.base, self.head, self.context, self.kind = base, head, context, kind
        self.moved = _digest_of(base) != _digest_of(head)
        self.findings: list[Finding] = []
        self.conflicts: list[Conflict] = []
        self.reversibility: dict[UUID, Reversibility] = {}
        self.content: Content | None = head.content
        self.digest: str | None = None

    def replay(self, group: Sequence[StagedOperation]) -> None:
        if self.moved and self.base.content is not None and self.head.content is not None:
            self._compare(group, self.base.content, self.head.content)
        in_conflict = {conflict.operation_id for conflict in self.conflicts}
        for staged in group:
            try:
                after = staged.operation.apply(self.content, self.context)
                self.reversibility[staged.id] = staged.operation.invert(self.content, self.context).reversibility
                self.content = after
            except Refusal as refusal:
                if staged.id not in in_conflict:  # the conflict says it better: it has both sides
                    self.findings.append(_refused(refusal, staged))
        self._check()

    def _compare(self, group: Sequence[StagedOperation], base: Content, theirs: Content) -> None:
        """Find where the change, on its own base, and the moved head wrote the same path differently."""
        mine: Content = base
        touched = []
        for staged in group:
            try:
                after = staged.operation.apply(mine, self.context)
                touched.append((staged, staged.operation.touches(mine, self.context)))
                mine = after
            except Refusal:
                continue  # whether it fits is for the head to say
        for staged, paths in touched:
            self.conflicts.extend(path_conflicts(staged, paths, base=base, theirs=theirs, mine=mine))

    def _check(self) -> None:
        if self.content is None:
            return
        target = (self.head.kind, self.head.key)
        self.findings.extend(finding.at(*target) for finding in self.kind.check(self.content))
        try:
            self.digest = _digest_of(self.head) if self.content is self.head.content else digest(self.content)
        except NotCanonical as error:
            self.findings.append(Finding.error("NOT_CANONICAL", str(error)).at(*target))
            self.content, self.digest = self.head.content, _digest_of(self.head)

    def outcome(self) -> PlannedDefinition:
        return PlannedDefinition(
            kind=self.head.kind,
            key=self.head.key,
            before=self.head.content,
            after=self.content,
            digest_before=_digest_of(self.head),
            digest_after=self.digest,
            number_before=self.head.number,
            differences=diff(self.head.content, self.content),
            replayed=self.moved,
        )


def _digest_of(state: DefinitionState) -> str | None:
    if state.digest is not None or state.content is None:
        return state.digest
    return digest(state.content)


def _refused(refusal: Refusal, staged: StagedOperation) -> Finding:
    message = f"{staged.operation.summary()}: {refusal.message}"
    details = {**refusal.details, "operation": staged.operation.type}
    return Finding.error(refusal.code, message, refusal.path, details=details).at(*staged.target, staged.id)


__all__ = ["DefinitionState", "Plan", "PlannedDefinition", "StagedOperation", "plan"]
