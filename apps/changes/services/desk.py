"""The desk on which operations are bound: a change's targets, each with the content its operations lead to.

A payload is bound against what the person sees: the environment's head with the pending operations applied. Where a
head moved and nothing conflicts, the target's base follows it, so that only real meetings become conflicts.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from apps.changes.core.conflicts import clash
from apps.changes.core.plan import plan
from apps.changes.core.resolution import Resolution, by_definition, of_pending
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.changes.errors import OperationRefused
from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.queries import decisions, resolutions_of, staged
from apps.changes.services.binding import Draft, clashing, keyed, naming, refuse_other_kinds
from apps.changes.services.chains import projected
from apps.kernel.canonical import lineage_id
from apps.kernel.errors import InvalidInput
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.core.operations import EVERYTHING, Context, Refusal
from apps.metadata.models import Head
from apps.metadata.queries import chains_of, contents_by_digest, contents_of, heads_by_key

BATCH = 1_000


class _Place:
    """One target on the desk: its head, its pending operations, and the content they lead to."""

    def __init__(self, target: ChangeTarget, head: Head | None, stored: Content | None) -> None:
        self.target, self.head, self.stored = target, head, stored
        self.identity: NodeId = (target.kind, target.key)
        self.remembered: Content | None = None
        self.content = stored
        self.pending: list[StagedOperation] = []
        self.written: dict[UUID, Mapping[str, Any]] = {}
        self.owners: dict[str, StagedOperation] = {}
        self.follows = True

    def add(self, operation: StagedOperation, written: Mapping[str, Any]) -> None:
        self.pending.append(operation)
        self.written[operation.id] = written
        for claim in operation.operation.claims():
            self.owners.setdefault(claim, operation)

    def rivals(self, claims: Iterable[str]) -> list[StagedOperation]:
        """The pending operations that hold one of the claims, in their order."""
        wanted = {*claims, EVERYTHING}
        if EVERYTHING in claims:
            return self.pending
        found = {self.owners[claim].id: self.owners[claim] for claim in sorted(wanted) if claim in self.owners}
        return sorted(found.values(), key=lambda one: one.sequence)


class Desk:
    """What a change's pending operations amount to while more are added. Places are loaded as they are needed."""

    def __init__(self, change: Change, *, without: UUID | None = None) -> None:
        self.change = change
        targets = ChangeTarget.objects.filter(change_id=change.pk).select_related("base_revision")
        listed = list(targets.defer("base_revision__content"))
        self._by_id = {target.pk: target for target in listed}
        self._by_identity = {(target.kind, target.key): target for target in listed}
        self._new: list[ChangeTarget] = []
        self._without = without
        self._places: dict[NodeId, _Place] = {}
        self._stored_chains: dict[NodeId, tuple[Content, ...]] = {}
        self._resolutions: dict[NodeId, list[Resolution]] | None = None

    def target(self, target_id: UUID) -> ChangeTarget | None:
        return self._by_id.get(target_id)

    def target_of(self, identity: NodeId) -> ChangeTarget | None:
        return self._by_identity.get(identity)

    def add_target(self, target: ChangeTarget) -> None:
        """Take a target in that is not in the database yet; ``write_targets`` puts it there."""
        self._by_id[target.pk] = target
        self._by_identity[target.kind, target.key] = target
        self._new.append(target)

    def prepare(self, targets: Iterable[ChangeTarget]) -> None:
        """Load the places of these targets: heads, contents and pending operations, one query each."""
        wanted = {(target.kind, target.key): target for target in targets}
        wanted = {identity: target for identity, target in wanted.items() if identity not in self._places}
        if not wanted:
            return
        heads = heads_by_key(self.change.environment_id, wanted.keys())
        contents = contents_of(heads.values())
        bases = [target.base_revision for target in wanted.values() if target.base_revision is not None]
        remembered = contents_by_digest({revision.digest: revision.pk for revision in bases})
        rows: dict[UUID, list[ChangeOperation]] = {}
        for row in (
            ChangeOperation.objects.filter(target_id__in=[target.pk for target in wanted.values()])
            .exclude(pk=self._without)
            .order_by("sequence", "id")
        ):
            row.target = self._by_id[row.target_id]
            rows.setdefault(row.target_id, []).append(row)
        made = []
        for identity, target in wanted.items():
            head, base = heads.get(identity), target.base_revision
            place = _Place(target, head, contents[head.digest] if head else None)
            place.remembered = remembered[base.digest] if base else None
            listed = rows.get(target.pk, [])
            for row, operation in zip(listed, staged(listed), strict=True):
                place.add(operation, row.display)
            self._places[identity] = place
            made.append(place)
        for place in made:
            self._lay_out(place)

    def bind(self, target: ChangeTarget, operation_type: str, payload: Mapping[str, Any], *, sequence: int) -> Draft:
        """The operation a payload stands for.

        Raises ``InvalidInput`` for a payload wrong in itself, ``TargetTypeMismatch`` for an operation of another kind,
        ``DuplicateOperation`` or ``ConflictingOperation``, and ``OperationRefused`` for what cannot be found.
        """
        refuse_other_kinds(target.kind, operation_type)
        place = self._place(target)
        written = keyed(target.key, operation_type, payload)
        lineage = partial(lineage_id, self.change.pk, sequence)
        try:
            operation = kind_named(target.kind).bind(
                operation_type, written, place.content, self._context(place, written), lineage
            )
        except InvalidInput:
            self._refuse_named_twice(place, operation_type, written)
            raise
        except Refusal as refusal:
            self._refuse_named_twice(place, operation_type, written)
            raise OperationRefused(refusal.code, refusal.message, **refusal.details) from refusal
        found = clash(place.rivals(operation.claims()), operation)
        if found is not None:
            raise clashing(operation_type, written, found.other, place.written[found.other.id], found.message)
        return Draft(operation, written)

    def lay(self, row: ChangeOperation, draft: Draft) -> None:
        """Add an operation that will be written, so that the next one is bound on top of it."""
        place = self._place(row.target)
        operation = StagedOperation(row.pk, row.sequence, row.target.kind, row.target.key, draft.operation)
        place.add(operation, draft.written)
        place.content = projected(place.content, [operation], self._context(place))

    def write_targets(self) -> None:
        """Store new targets, and let the base of each used one follow its head unless something conflicts with it."""
        new = {target.pk for target in self._new}
        for place in self._places.values():
            revision_id = place.head.revision_id if place.head else None
            if place.follows and place.target.base_revision_id != revision_id:
                place.target.base_revision_id = revision_id
                if place.target.pk not in new:
                    place.target.save(update_fields=["base_revision"])
        ChangeTarget.objects.bulk_create(self._new, batch_size=BATCH)

    def _place(self, target: ChangeTarget) -> _Place:
        self.prepare([target])
        return self._places[target.kind, target.key]

    def _context(self, place: _Place, written: Mapping[str, Any] | None = None) -> Context:
        """The base chain as the plan will see it: stored, or on the desk where the change itself defines the base.

        A definition that is just being written names its base in the payload.
        """
        content = place.content if place.content is not None else written
        base = kind_named(place.target.kind).base(dict(content)) if content is not None else None
        return Context(chain=self._chain(place.target.kind, base, frozenset({place.target.key})))

    def _chain(self, kind: str, base: str | None, seen: frozenset[str]) -> tuple[Content, ...]:
        if base is None or base in seen:
            return ()
        target = self.target_of((kind, base))
        place = self._place(target) if target is not None else None
        if place is None or place.head is not None:
            if (kind, base) not in self._stored_chains:
                self._stored_chains[kind, base] = chains_of(self.change.environment_id, kind, [base])[base]
            return self._stored_chains[kind, base]
        above = self._chain(kind, kind_named(kind).base(place.content or {}), seen | {base})
        return above if place.content is None else (place.content, *above)

    def _lay_out(self, place: _Place) -> None:
        """The content the pending operations lead to, and whether the base may follow the head."""
        context = self._context(place)
        place.content = projected(place.stored, place.pending, context)
        head, revision = place.head, place.target.base_revision
        is_moved = head is not None and (revision is None or revision.pk != head.revision_id)
        resolutions = of_pending(self._resolutions_of(place), {staged.id for staged in place.pending})
        if head is None or not place.pending or not (is_moved or resolutions):
            return
        bases = {}
        if revision is not None:
            state = DefinitionState(*place.identity, place.remembered, revision.digest, revision.number)
            bases[place.identity] = state
        heads = {place.identity: DefinitionState(*place.identity, place.stored, head.digest, head.number)}
        contexts = {place.identity: context}
        place.follows = not plan(bases, place.pending, heads, contexts).definitions[0].needs_base
        if resolutions:
            decided = plan(bases, place.pending, heads, contexts, resolutions=resolutions)
            place.content = decided.definitions[0].after

    def _resolutions_of(self, place: _Place) -> list[Resolution]:
        if self._resolutions is None:
            self._resolutions = by_definition(decisions(resolutions_of(self.change.pk)))
        return self._resolutions.get(place.identity, [])

    def _refuse_named_twice(self, place: _Place, operation_type: str, written: Mapping[str, Any]) -> None:
        """What cannot be found may have been renamed or removed by a pending operation: say that instead."""
        for rival in place.rivals(naming(written)):
            raise clashing(operation_type, written, rival, place.written[rival.id])
