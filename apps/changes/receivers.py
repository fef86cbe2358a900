"""What changes listen to."""

from datetime import datetime
from uuid import UUID

from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.changes.queries import SUBJECT, authors_of
from apps.changes.services.replanning import replan_environment, replan_refused, replan_waiting
from apps.changes.services.transitions import carry_out
from apps.events.models import Event
from apps.kernel.hooks import on, subscriber
from apps.kernel.scope import Actor
from apps.kernel.unit import emit


@subscriber("changes.replan_waiting", "metadata.head_moved")
def replan_ready_changes(event: Event, *, actor: Actor, at: datetime) -> None:
    """A head moved: the ready changes above it are planned anew."""
    moved = event.payload
    replan_waiting(UUID(moved["environment_id"]), moved["kind"], moved["key"], but=UUID(moved["change_id"]))


@subscriber("changes.replan_environment", "policy.activated", "policy.deprecated")
def replan_for_policies(event: Event, *, actor: Actor, at: datetime) -> None:
    """Other policies are in force: every ready change of the environment is planned anew."""
    replan_environment(UUID(event.payload["environment_id"]))


@subscriber("changes.replan_refused", "execution.failed")
def replan_what_was_refused(event: Event, *, actor: Actor, at: datetime) -> None:
    """A merge found more than what is ready to be merged: what moved it may be no head and no policy, but a role or
    what others refer to."""
    replan_refused(UUID(event.resource_id))


@on("metadata.authors_of_change")
def authors(*, change_id: UUID) -> frozenset[UUID]:
    """Who answers for what a change wrote."""
    return authors_of(Change.objects.one(change_id))


@on("approvals.votes_voided")
def tell_voided_votes(
    *, subject_type: str, subject_id: UUID, reason: str, voters: tuple[UUID, ...], actor: Actor, at: datetime
) -> None:
    """Votes on a change fell: it is told in the change's own story."""
    if subject_type == SUBJECT:
        change: Change = Change.objects.one(subject_id)
        told = {"reason": reason, "voters": sorted(voters)}
        emit("change.votes_voided", subject=change, actor=actor, at=at, payload=told)


@on("approvals.expired")
def take_back_expired_change(*, subject_type: str, subject_id: UUID, actor: Actor, at: datetime) -> None:
    """Nobody decided in time: the change goes back into work. Whoever expires the request holds the change's lock."""
    if subject_type == SUBJECT:
        change: Change = Change.objects.lock(subject_id)
        if change.status == State.READY:
            carry_out(change, "withdraw", reason="expired", actor=actor, at=at)
