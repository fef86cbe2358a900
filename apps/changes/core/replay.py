"""One definition of a plan: its operations on the head, and what was decided where the two meet.

A definition is first looked at on the base the change remembers: that gives what the change wants. Then its operations
are replayed on the head, and at each path that both sides wrote the decided value is put.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.changes.core.conflicts import Conflict, path_conflicts
from apps.changes.core.resolution import Resolution, Settled, decided
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.kernel.canonical import NotCanonical, digest
from apps.metadata.core.content import MISSING, Content, Path, get, put, remove, same
from apps.metadata.core.diff import Difference, diff
from apps.metadata.core.findings import Finding, NodeId
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import Context, Refusal, Reversibility


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
    needs_base: bool = False
    """Something is open, or an operation fits the remembered base only: remembering the head would lose that."""

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


class _Wanted:
    """The change on its own base: the content it wants, and where each operation that fits there wrote."""

    def __init__(self, base: Content | None, group: Sequence[StagedOperation], context: Context) -> None:
        self.content = base
        self.touched: dict[UUID, frozenset[Path]] = {}
        self.reversibility: dict[UUID, Reversibility] = {}
        for staged in group:
            try:
                after = staged.operation.apply(self.content, context)
                self.touched[staged.id] = staged.operation.touches(self.content, context)
                self.reversibility[staged.id] = staged.operation.invert(self.content, context).reversibility
                self.content = after
            except Refusal:
                continue  # whether it fits is for the head to say


class Replay:
    """The planning of one definition: its findings, its conflicts and its result."""

    def __init__(
        self,
        base: DefinitionState,
        head: DefinitionState,
        context: Context,
        kind: MetadataKind,
        resolutions: Sequence[Resolution] = (),
    ) -> None:
        self.base, self.head, self.context, self.kind = base, head, context, kind
        self.resolutions = resolutions
        self.moved = digest_of(base) != digest_of(head)
        self.findings: list[Finding] = []
        self.conflicts: tuple[Conflict, ...] = ()
        self.settled: tuple[Settled, ...] = ()
        self.reversibility: dict[UUID, Reversibility] = {}
        self.content: Content | None = head.content
        self.digest: str | None = None
        self.needs_base = False

    def run(self, group: Sequence[StagedOperation]) -> None:
        wanted: _Wanted | None = None
        if (self.moved or self.resolutions) and self.head.content is not None:
            wanted = _Wanted(self.base.content, group, self.context)
            self.settled, self.conflicts = decided(self._met(wanted, group), self.resolutions)
        refused = self._apply(group)
        self._put_decided()
        self._weigh(refused, wanted)
        self.needs_base = self.needs_base or bool(self.conflicts)
        self._check()
        self._admit_conversions()

    def _met(self, wanted: _Wanted, group: Sequence[StagedOperation]) -> list[Conflict]:
        """Where both sides wrote something else, and where they did when it was last decided."""
        target, theirs = (self.head.kind, self.head.key), self.head.content or {}
        base, mine, touched = self.base.content or {}, wanted.content or {}, wanted.touched
        if self.base.content is None:
            touched = self._touched_on_head(group)
        met = path_conflicts(target, touched, base=base, theirs=theirs, mine=mine)
        places = {conflict.place for conflict in met}
        for resolution in self.resolutions:
            path = resolution.path
            sides = {"base": get(base, path), "theirs": get(theirs, path), "mine": get(mine, path)}
            if resolution.place not in places and not same(sides["theirs"], sides["mine"]):
                writers = tuple(staged.id for staged in group if staged.id in resolution.operation_ids)
                met.append(Conflict(path, *target, **sides, operation_ids=writers))
        return met

    def _touched_on_head(self, group: Sequence[StagedOperation]) -> dict[UUID, frozenset[Path]]:
        """Where the operations of a change write that did not know the definition exists: nowhere when one of them
        insists on that."""
        content = self.head.content
        touched = {}
        for staged in group:
            try:
                after = staged.operation.apply(content, self.context)
                touched[staged.id] = staged.operation.touches(content, self.context)
                content = after
            except Refusal:
                return {}
        return touched

    def _apply(self, group: Sequence[StagedOperation]) -> list[tuple[StagedOperation, Refusal]]:
        """The operations on the head. One that is refused is skipped, so that every refusal is found."""
        refused = []
        for staged in group:
            try:
                after = staged.operation.apply(self.content, self.context)
                self.reversibility[staged.id] = staged.operation.invert(self.content, self.context).reversibility
                self.content = after
            except Refusal as refusal:
                refused.append((staged, refusal))
        return refused

    def _put_decided(self) -> None:
        if not self.settled or self.content is None:
            return
        replayed = self.content
        self.settled = tuple(one._replace(replayed=get(replayed, one.conflict.path)) for one in self.settled)
        content = replayed
        for one in self.settled:
            path = one.conflict.path
            try:
                content = _put(content, path, one.resolution.result(one.conflict.theirs))
            except ValueError as error:
                self.findings.append(
                    Finding.error("RESOLUTION_UNFIT", str(error), path).at(self.head.kind, self.head.key)
                )
        self.content = self.kind.tidy(content)

    def _weigh(self, refused: Sequence[tuple[StagedOperation, Refusal]], wanted: _Wanted | None) -> None:
        """A refusal is no error where a conflict says it better, with both sides, or where what the operation wanted
        stands there all the same."""
        unsettled = {operation_id for conflict in self.conflicts for operation_id in conflict.operation_ids}
        for staged, refusal in refused:
            if wanted is not None and self._stands(staged, wanted):
                self.reversibility[staged.id] = wanted.reversibility[staged.id]
                self.needs_base = True
            elif staged.id not in unsettled:
                self.findings.append(_refused(refusal, staged))

    def _stands(self, staged: StagedOperation, wanted: _Wanted) -> bool:
        settled = [one.conflict.path for one in self.settled]

        def done(path: Path) -> bool:
            if any(path[: len(above)] == above for above in settled):
                return True
            return same(get(self.content, path), get(wanted.content, path))

        paths = wanted.touched.get(staged.id)
        return self.base.content is not None and paths is not None and all(done(path) for path in paths)

    def _check(self) -> None:
        if self.content is None:
            return
        target = (self.head.kind, self.head.key)
        self.findings.extend(finding.at(*target) for finding in self.kind.check(self.content))
        try:
            self.digest = digest_of(self.head) if self.content is self.head.content else digest(self.content)
        except NotCanonical as error:
            self.findings.append(Finding.error("NOT_CANONICAL", str(error)).at(*target))
            self.content, self.digest = self.head.content, digest_of(self.head)

    def _admit_conversions(self) -> None:
        """A value that was decided by hand or adopted can convert live values, which no operation says of itself."""
        before, after = self.head.content, self.content
        lossless = set(self.reversibility.values()) == {Reversibility.LOSSLESS}
        if lossless and before is not None and after is not None and self.kind.converts(before, after):
            self.reversibility = dict.fromkeys(self.reversibility, Reversibility.LOSSY)

    def outcome(self) -> PlannedDefinition:
        return PlannedDefinition(
            kind=self.head.kind,
            key=self.head.key,
            before=self.head.content,
            after=self.content,
            digest_before=digest_of(self.head),
            digest_after=self.digest,
            number_before=self.head.number,
            differences=diff(self.head.content, self.content),
            replayed=self.moved,
            needs_base=self.needs_base,
        )


def digest_of(state: DefinitionState) -> str | None:
    if state.digest is not None or state.content is None:
        return state.digest
    return digest(state.content)


def _put(content: Content, path: Path, value: Any) -> Content:
    """The content with the value, or nothing, at the path. Raises ``ValueError`` where that cannot be."""
    if not path and isinstance(value, dict):
        return value
    return remove(content, path) if value is MISSING else put(content, path, value)


def _refused(refusal: Refusal, staged: StagedOperation) -> Finding:
    message = f"{staged.operation.summary()}: {refusal.message}"
    details = {**refusal.details, "operation": staged.operation.type}
    return Finding.error(refusal.code, message, refusal.path, details=details).at(*staged.target, staged.id)
