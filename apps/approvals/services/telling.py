"""Notices: a sentence for each person, in the transaction of what it is about."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.approvals.models import Notice
from apps.kernel.scope import Actor
from apps.kernel.unit import Subject, subject_of
from apps.tenancy.models import Principal

LONGEST = 500
#: More people than this are not told about one thing: their inbox tells them.
MOST_TOLD = 500


def notify(
    recipients: Iterable[UUID], *, kind: str, text: str, subject: Subject, actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Tell people something about a subject and answer who was told.

    ``kind`` is the name of the event or another stable word. Only people read notices, so machines are passed over; so
    is the actor, who knows. Nobody is told twice by one call.
    """
    others = sorted({*recipients} - {actor.id})[:MOST_TOLD]
    people = sorted(
        Principal.objects.filter(pk__in=others, kind=Principal.Kind.HUMAN, is_active=True).values_list("pk", flat=True)
    )
    subject_type, subject_id = subject_of(subject)
    Notice.objects.bulk_create(
        Notice(
            recipient_id=person,
            kind=kind,
            text=_shortened(text),
            subject_type=subject_type,
            subject_id=UUID(subject_id),
            told_by_id=actor.id,
            created_at=at,
        )
        for person in people
    )
    return tuple(people)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
