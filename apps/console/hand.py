"""The change in hand: the one that edits of metadata are staged into."""

from uuid import UUID

from django.db.models import QuerySet

from apps.changes.core.lifecycle import State, capabilities
from apps.changes.models import Change

#: Where operations can be staged; a change that was checked in is frozen.
OPEN = tuple(state.value for state in State if capabilities(state).add_operations)


def change_in_hand(change_id: UUID) -> Change | None:
    """The change, unless it is over: merged or archived."""
    rows = Change.objects.select_related("environment", "project").filter(pk=change_id, archived_at=None)
    found: Change | None = rows.exclude(status=State.MERGED.value).first()
    return found


def takes_operations(change: Change) -> bool:
    return change.status in OPEN


def open_changes_of(author_id: UUID) -> QuerySet[Change]:
    """What the person may be working on, the latest first."""
    rows = Change.objects.select_related("environment", "project").filter(author=author_id, archived_at=None)
    return rows.filter(status__in=OPEN).order_by("-updated_at", "-pk")
