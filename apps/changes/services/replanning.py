"""What happens to a ready change when what it was judged by moves: a head, or a policy."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.changes.queries import waiting_in, waiting_on
from apps.changes.services.measuring import keep_impact
from apps.changes.services.planning import plan_change
from apps.changes.services.readiness import keep_plan, stand_by
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import defer, emit

Cause = Literal["head_moved", "policy_changed", "replanned"]


def replan_waiting(environment_id: UUID, kind: str, key: str, *, but: UUID) -> None:
    """Have every ready change that was judged by a moved head planned anew, each in a transaction of its own.

    One that is being validated too: the validation may have read the head before it moved, and holds the change's lock
    until it is over. Once for each merge (``but``), however many heads it moved.
    """
    for change_id in sorted(set(waiting_on(environment_id, kind, key)) - {but}):
        defer("change.replan", change_id, dedupe_key=f"change.replan:{change_id}:{but}")


def replan_environment(environment_id: UUID) -> None:
    """The same for every ready change of an environment, whose policies are others now."""
    for change_id in waiting_in(environment_id).values_list("pk", flat=True):
        defer("change.replan", change_id, reason="policy_changed")


def replan_refused(change_id: UUID) -> None:
    """The same for a change whose merge found it to be another one than was asked about: people are asked anew."""
    defer("change.replan", change_id, reason="replanned")


@command("change.replan", safety=Safety.WRITE_INTERNAL, internal=True)
def replan_change(change_id: UUID, *, reason: Cause = "head_moved", actor: Actor, at: datetime) -> Change:
    """Make the plan of a ready change anew. If its digest is another, the votes are void and the voters are told.

    It stays Ready: a conflict, an error or a denial shows in the plan, and the merge would refuse it. Others are left
    alone.
    """
    change: Change = Change.objects.lock(change_id)
    if change.status != State.READY or change.archived_at is not None:
        return change
    planned = plan_change(change)
    before = change.approval_digest
    keep_plan(change, planned)
    keep_impact(change, planned.plan, planned.impact, at=at)
    change.updated_at = at
    change.save(update_fields=["plan", "approval_digest", "updated_at"])
    if planned.digest != before:
        told = {"digest_before": before, "digest": planned.digest}
        emit("change.replanned", subject=change, actor=actor, at=at, payload=told)
    stand_by(change, planned, reason=reason, actor=actor, at=at)
    return change
