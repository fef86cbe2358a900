"""What happens to a ready change when a head below it moves."""

from datetime import datetime
from uuid import UUID

from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.changes.queries import waiting_on
from apps.changes.services.planning import plan_change
from apps.changes.services.review import void_votes
from apps.changes.services.validation import keep_plan
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import defer, emit


def replan_waiting(environment_id: UUID, kind: str, key: str, *, but: UUID) -> None:
    """Have every ready change that touches a moved head planned anew, each in a transaction of its own.

    One that is being validated too: the validation may have read the head before it moved, and holds the change's lock
    until it is over.
    """
    for change_id in waiting_on(environment_id, kind, key).exclude(pk=but).values_list("pk", flat=True):
        defer("change.replan", change_id)


@command("change.replan", safety=Safety.WRITE_INTERNAL, internal=True)
def replan_change(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Make the plan of a ready change anew. If its digest is another, the votes are void and the voters are told.

    It stays Ready: a conflict or an error shows in the plan, and the merge would refuse it. Others are left alone.
    """
    change: Change = Change.objects.lock(change_id)
    if change.status != State.READY:
        return change
    planned = plan_change(change)
    before = change.approval_digest
    keep_plan(change, planned)
    change.updated_at = at
    change.save(update_fields=["plan", "approval_digest", "updated_at"])
    if planned.digest != before:
        told = {"digest_before": before, "digest": planned.digest}
        emit("change.replanned", subject=change, actor=actor, at=at, payload=told)
        void_votes(change, reason="head_moved", actor=actor, at=at)
    return change
