"""What a Ready change leaves with others: what it was judged by, what the policies decided, and who is asked."""

from datetime import datetime

from apps.changes.models import Change, ChangeRead
from apps.changes.services.planning import Planned
from apps.changes.services.review import ask_for_approval
from apps.kernel.scope import Actor
from apps.policies.services import keep_decision

BATCH = 1_000


def keep_plan(change: Change, planned: Planned) -> None:
    """Put the plan and its digest on the row; the caller saves it."""
    change.plan = planned.as_dict()
    change.approval_digest = planned.digest


def stand_by(change: Change, planned: Planned, *, reason: str = "replanned", actor: Actor, at: datetime) -> None:
    """Keep the reads and the decision of a locked, Ready change, and ask people about the digest it has now.

    Where the digest or what it takes is another than before, the votes are void for ``reason``.
    """
    _keep_reads(change, planned)
    keep_decision(planned.judgement, change, actor=actor, at=at)
    ask_for_approval(
        change,
        planned.requirement,
        reasons=[match.as_dict() for match in planned.judgement.deciding],
        deadline_hours=planned.judgement.deadline_hours,
        reason=reason,
        actor=actor,
        at=at,
    )


def _keep_reads(change: Change, planned: Planned) -> None:
    wanted = set(planned.reads)
    stored = {(row.kind, row.key): row.pk for row in ChangeRead.objects.filter(change_id=change.pk)}
    stale = [pk for identity, pk in stored.items() if identity not in wanted]
    if stale:
        ChangeRead.objects.filter(pk__in=stale).delete()
    missing = sorted(wanted - stored.keys())
    ChangeRead.objects.bulk_create(
        [ChangeRead(change=change, kind=kind, key=key) for kind, key in missing], batch_size=BATCH
    )
