"""Putting away and taking out, the same for a tenant, a project and a team."""

from datetime import datetime

from apps.tenancy.errors import IllegalMove
from apps.tenancy.models.archivable import Archivable

Status = Archivable.Status
_WRITTEN = ["status", "archived_at"]


def put_away(row: Archivable, at: datetime) -> None:
    """Archive a locked row. Raises ``IllegalMove`` where it is archived already."""
    if row.status != Status.ACTIVE:
        raise IllegalMove(row.status, Status.ARCHIVED, [Status.ACTIVE])
    row.archive(at=at)
    row.save(update_fields=_WRITTEN)


def take_out(row: Archivable) -> None:
    """Restore a locked row. Raises ``IllegalMove`` where it is not archived."""
    if row.status != Status.ARCHIVED:
        raise IllegalMove(row.status, Status.ACTIVE, [Status.ARCHIVED])
    row.restore()
    row.save(update_fields=_WRITTEN)
