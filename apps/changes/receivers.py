"""What changes listen to."""

from datetime import datetime
from uuid import UUID

from apps.changes.services.replanning import replan_waiting
from apps.events.models import Event
from apps.kernel.hooks import subscriber
from apps.kernel.scope import Actor


@subscriber("changes.replan_waiting", "metadata.head_moved")
def replan_ready_changes(event: Event, *, actor: Actor, at: datetime) -> None:
    """A head moved: the ready changes above it are planned anew."""
    moved = event.payload
    replan_waiting(UUID(moved["environment_id"]), moved["kind"], moved["key"], but=UUID(moved["change_id"]))
