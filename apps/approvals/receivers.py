"""What approvals listen to: whatever changes who somebody is or what they may do."""

from datetime import datetime
from uuid import UUID

from apps.events.models import Event
from apps.kernel.hooks import subscriber
from apps.kernel.scope import Actor
from apps.kernel.unit import defer


@subscriber(
    "approvals.recount_person",
    "role.assigned",
    "role.unassigned",
    "membership.added",
    "membership.removed",
    "team.member_added",
    "team.member_removed",
)
def recount_for_person(event: Event, *, actor: Actor, at: datetime) -> None:
    """Somebody is or may something else now: what stands on their vote is counted anew."""
    defer("approval.recount", principal_id=str(UUID(event.payload["principal_id"])))


@subscriber("approvals.recount_visitor", "tenant.left")
def recount_for_visitor(event: Event, *, actor: Actor, at: datetime) -> None:
    """A visitor has gone before their time."""
    defer("approval.recount", principal_id=str(event.actor_id))


@subscriber(
    "approvals.recount_all",
    "role.enabled",
    "role.disabled",
    "role.permission_granted",
    "role.permission_revoked",
    "team.archived",
    "team.restored",
)
def recount_for_everybody(event: Event, *, actor: Actor, at: datetime) -> None:
    """A whole group is or may something else now."""
    defer("approval.recount")
