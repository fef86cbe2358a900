"""Staging: from what a person or an agent writes, with names, to typed operations with ids.

Everything happens under the lock of the change row, so that a merge and a staging never pass each other, and two
operations of one change never claim the same thing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from apps.changes.errors import OperationExecuted, OperationRefused
from apps.changes.models import Change, ChangeOperation, ChangeTarget, ConflictResolution
from apps.changes.services.desk import Desk
from apps.changes.services.guards import lock_change, refuse_closed_scope, refuse_frozen_operations
from apps.changes.services.targets import Selector, TargetType, declared_target, selected_key, target_in
from apps.kernel.commands import Safety, command
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor, people_behind
from apps.kernel.unit import emit
from apps.metadata.core.operations import Operation

BATCH = 1_000
#: Kinds of actors, the one that policies look at most closely last.
KINDS = ("human", "service", "agent")

OperationType = Annotated[str, Field(min_length=1, max_length=40, examples=["add_field"])]
Payload = Annotated[
    dict[str, JsonValue],
    Field(examples=[{"field": "urgency", "definition": {"type": "string", "label": "Urgency"}}]),
]


class TargetInput(BaseModel):
    """A target named in place, declared with its first operation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: TargetType
    selector: Selector


class OperationInput(BaseModel):
    """One operation and what it is for: a declared target by id, or one named in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op_type: OperationType
    payload: Payload
    target_id: UUID | None = None
    target: TargetInput | None = None


@command("change.stage_operation", safety=Safety.WRITE_INTERNAL, status=201)
def stage_operation(
    change_id: UUID,
    *,
    op_type: OperationType,
    payload: Payload,
    target_id: UUID | None = None,
    target: TargetInput | None = None,
    actor: Actor,
    at: datetime,
) -> ChangeOperation:
    """Stage one operation against a target of the change.

    Names in the payload become ids now. A target named in place is declared by itself while the change is a draft.
    An operation that touches what a pending one touches is refused with `DUPLICATE_OP` or `CONFLICTING_OP`.
    """
    wanted = OperationInput(op_type=op_type, payload=payload, target_id=target_id, target=target)
    return stage_operations(change_id, operations=[wanted], actor=actor, at=at)[0]


@command("change.stage_operations", safety=Safety.WRITE_INTERNAL, status=201)
def stage_operations(
    change_id: UUID,
    *,
    operations: Annotated[list[OperationInput], Field(min_length=1, max_length=2_000)],
    actor: Actor,
    at: datetime,
) -> list[ChangeOperation]:
    """Stage several operations in their order: all of them or none."""
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    return stage_into(change, operations, actor=actor, at=at)


def stage_into(
    change: Change,
    operations: Sequence[OperationInput],
    *,
    passed_over: list[OperationRefused] | None = None,
    authors: Sequence[UUID] | None = None,
    actor: Actor,
    at: datetime,
) -> list[ChangeOperation]:
    """Stage into a change that the caller has locked and found open.

    With ``passed_over``, operations that find nothing to work on are collected there instead of refused. ``authors``
    are who answers for each operation; the actor unless others are named.
    """
    desk = Desk(change)
    staged: list[ChangeOperation] = []
    targets = [_target_of(change, desk, wanted, actor=actor, at=at) for wanted in operations]
    desk.prepare(targets)
    answering = authors or [actor.responsible_id] * len(operations)
    for wanted, target, author_id in zip(operations, targets, answering, strict=True):
        change.last_sequence += 1
        try:
            draft = desk.bind(target, wanted.op_type, wanted.payload, sequence=change.last_sequence)
        except OperationRefused as refusal:
            if passed_over is None:
                raise
            passed_over.append(refusal)
            continue
        row = ChangeOperation(
            change=change, target=target, sequence=change.last_sequence, author_id=author_id, created_at=at
        )
        fill(row, draft.operation, draft.written)
        desk.lay(row, draft)
        staged.append(row)
    desk.write_targets()
    ChangeOperation.objects.bulk_create(staged, batch_size=BATCH)
    touch(change, actor=actor, at=at)
    for row in staged:
        tell_operation("change.operation_added", change, row, actor, at)
    return staged


@command("change.edit_operation", safety=Safety.WRITE_INTERNAL)
def edit_operation(
    change_id: UUID,
    *,
    operation_id: UUID,
    payload: Payload,
    op_type: OperationType | None = None,
    actor: Actor,
    at: datetime,
) -> ChangeOperation:
    """Replace what a pending operation does. It keeps its place, its target and the ids it gave."""
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    row = _pending(change, operation_id)

    desk = Desk(change, without=row.pk)
    draft = desk.bind(row.target, op_type or row.operation, payload, sequence=row.sequence)
    before = (row.operation, row.payload)
    fill(row, draft.operation, draft.written)
    if (row.operation, row.payload) != before:  # repeating somebody's words does not make them one's own
        succeed(change, {row.author_id}, actor)
        row.author_id = actor.responsible_id
    row.save()
    _forget_resolutions(change, operation_id, actor)
    desk.write_targets()
    touch(change, actor=actor, at=at)
    tell_operation("change.operation_edited", change, row, actor, at)
    return row


@command("change.delete_operation", safety=Safety.WRITE_INTERNAL, status=204)
def delete_operation(change_id: UUID, *, operation_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a pending operation out of the change; what it touched is free again.

    Who takes out another's answers for what is left, and does not approve it.
    """
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    row = _pending(change, operation_id)

    tell_operation("change.operation_deleted", change, row, actor, at)
    succeed(change, {row.author_id}, actor)
    if row.author_id != actor.responsible_id:  # what is left is another change than its authors made
        change.former_authors = sorted({*change.former_authors, actor.responsible_id})
    row.delete()
    _forget_resolutions(change, operation_id, actor)
    touch(change, actor=actor, at=at)


def _forget_resolutions(change: Change, operation_id: UUID, actor: Actor) -> None:
    """What was decided about an operation ends with it: another one is another question."""
    ended = ConflictResolution.objects.filter(change_id=change.pk, operations__contains=[operation_id])
    succeed(change, set(ended.values_list("author_id", flat=True)), actor)
    ended.delete()


def succeed(change: Change, authors: set[UUID], actor: Actor) -> None:
    """Words of these people are replaced or taken out; they go on answering for the change. ``touch`` writes it."""
    others = authors - {actor.responsible_id}
    change.former_authors = sorted({*change.former_authors, *others})


def touch(change: Change, *, actor: Actor, at: datetime) -> None:
    """The operations are others now: what an earlier validation said is gone, and who wrote may be another kind."""
    change.plan, change.approval_digest, change.validated_at, change.updated_at = None, "", None, at
    # Who vouches for a writer answers with them: nobody writes in another's name and then approves it.
    change.former_authors = sorted({*change.former_authors, *(people_behind(actor) - {actor.id})})
    change.written_by_kind = max(change.written_by_kind, actor.kind, key=KINDS.index)
    change.save(
        update_fields=[
            "last_sequence",
            "former_authors",
            "written_by_kind",
            "plan",
            "approval_digest",
            "validated_at",
            "updated_at",
        ]
    )


def _pending(change: Change, operation_id: UUID) -> ChangeOperation:
    row: ChangeOperation | None = (
        ChangeOperation.objects.filter(change_id=change.pk, pk=operation_id).select_related("target").first()
    )
    if row is None:
        raise NotFound(operation_id=str(operation_id))
    if row.executed_at is not None:
        raise OperationExecuted
    return row


def _target_of(change: Change, desk: Desk, wanted: OperationInput, *, actor: Actor, at: datetime) -> ChangeTarget:
    if wanted.target_id is not None and wanted.target is None:
        return desk.target(wanted.target_id) or target_in(change, wanted.target_id)
    if wanted.target is None or wanted.target_id is not None:
        message = _("Name the target by target_id or by target.")
        raise InvalidInput(errors=[{"path": "/target_id", "message": message}])
    identity = (wanted.target.type, selected_key(change, wanted.target.type, wanted.target.selector))
    declared = desk.target_of(identity)
    if declared is None:
        refuse_closed_scope(change)
        declared = declared_target(change, identity, actor=actor, at=at)
        desk.add_target(declared)
    return declared


def fill(row: ChangeOperation, operation: Operation, written: Mapping[str, Any]) -> None:
    """Put the operation, and what a person wrote or would write for it, on the row; the caller saves it."""
    row.operation = operation.type
    row.payload = operation.payload()
    row.display = dict(written)
    row.summary = operation.summary()[:500]
    row.claims = sorted(operation.claims())


def tell_operation(event: str, change: Change, row: ChangeOperation, actor: Actor, at: datetime) -> None:
    """Tell that an operation was added, edited or deleted."""
    told: dict[str, Any] = {
        "operation_id": row.pk,
        "type": row.operation,
        "target_id": row.target_id,
        "summary": row.summary,
    }
    emit(event, subject=change, actor=actor, at=at, payload=told)
