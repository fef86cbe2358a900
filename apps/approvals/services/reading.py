"""Having read a notice."""

from datetime import datetime
from uuid import UUID

from apps.approvals.models import Notice
from apps.kernel.commands import Safety, command
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor


@command("notice.read", safety=Safety.WRITE_INTERNAL)
def read_notice(notice_id: UUID, *, actor: Actor, at: datetime) -> Notice:
    """Mark a notice of yours as read. Read again, it keeps its first time; another person's does not exist."""
    notice: Notice | None = (
        Notice.objects.select_for_update(no_key=True, of=("self",)).filter(pk=notice_id, recipient=actor.id).first()
    )
    if notice is None:
        raise NotFound(id=str(notice_id))
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


@command("notice.read_all", safety=Safety.WRITE_INTERNAL)
def read_all_notices(*, actor: Actor, at: datetime) -> int:
    """Mark all your notices as read. Answers how many were not."""
    unread = Notice.objects.filter(recipient=actor.id, read_at__isnull=True, created_at__lte=at)
    return int(unread.update(read_at=at))
