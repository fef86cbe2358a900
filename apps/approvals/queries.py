"""Who voted for what."""

from uuid import UUID

from django.db.models import QuerySet

from apps.approvals.models import Vote


def votes_on(subject_type: str, subject_id: UUID) -> QuerySet[Vote]:
    """Every vote ever cast on a subject, oldest first, withdrawn and voided ones included."""
    return (
        Vote.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("voter")
        .order_by("cast_at", "id")
    )


def standing_votes(subject_type: str, subject_id: UUID) -> QuerySet[Vote]:
    """The votes that still count, oldest first."""
    return votes_on(subject_type, subject_id).filter(withdrawn_at__isnull=True, voided_at__isnull=True)
