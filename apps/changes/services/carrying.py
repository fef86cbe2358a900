"""Operations that come with their ids: those of a revert and of an adoption. Nobody wrote them, so nothing is bound.

What the change is compared with is the caller's to say: each definition comes with the revision its operations were
made against, so that whatever was merged since is met as by any other change.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.services.staging import BATCH, fill, tell_operation, touch
from apps.changes.services.targets import declared_target
from apps.kernel.scope import Actor
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Operation


class Carried(NamedTuple):
    """An operation for a definition, and the revision it fits; none where the definition did not exist."""

    kind: str
    key: str
    operation: Operation
    base_revision_id: UUID | None

    @property
    def target(self) -> NodeId:
        return (self.kind, self.key)


def carry_into(
    change: Change,
    carried: Sequence[Carried],
    *,
    authors: Sequence[UUID] | None = None,
    actor: Actor,
    at: datetime,
) -> list[ChangeOperation]:
    """Stage the operations in their order into a new change, whose targets they declare.

    The caller has made the change and answers for the operations being disjoint. ``authors`` are who answers for
    each; the actor unless others are named.
    """
    targets: dict[NodeId, ChangeTarget] = {}
    for one in carried:
        if one.target not in targets:
            targets[one.target] = declared_target(change, one.target, actor=actor, at=at)
            targets[one.target].base_revision_id = one.base_revision_id
    ChangeTarget.objects.bulk_create(targets.values(), batch_size=BATCH)
    rows = []
    answering = authors or [actor.responsible_id] * len(carried)
    for one, author_id in zip(carried, answering, strict=True):
        change.last_sequence += 1
        row = ChangeOperation(
            change=change, target=targets[one.target], sequence=change.last_sequence, author_id=author_id, created_at=at
        )
        fill(row, one.operation, one.operation.written())
        rows.append(row)
    ChangeOperation.objects.bulk_create(rows, batch_size=BATCH)
    touch(change, actor=actor, at=at)
    for row in rows:
        tell_operation("change.operation_added", change, row, actor, at)
    return rows
