"""Giving quarantined work one more chance: a job, a timer, or an event that no subscriber was told of."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.events.errors import AlreadyReplayed, NotQuarantined, TimerSetAgain
from apps.events.models import Job, Outbox, Timer
from apps.events.models.queue import Leased
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit


@command("job.replay", permission="job.replay", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def replay_job(job_id: UUID, *, actor: Actor, at: datetime) -> Job:
    """Try a quarantined job again.

    A job can be replayed once. Raises ``NotQuarantined`` for any other job and ``AlreadyReplayed`` the second time.
    """
    job: Job = Job.objects.lock(job_id)
    _refuse_unless_quarantined(job)
    if job.replayed_at is not None:
        raise AlreadyReplayed(replayed_at=job.replayed_at.isoformat())

    _wait_again(job, at)
    job.replayed_at = at
    job.save()
    emit("job.replayed", subject=job, actor=actor, at=at, payload={"command": job.command})
    return job


@command("timer.replay", permission="job.replay", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def replay_timer(timer_id: UUID, *, actor: Actor, at: datetime) -> Timer:
    """Fire a quarantined timer again.

    As often as it is put aside: nobody can give its command anew. Raises ``NotQuarantined`` for any other timer, and
    ``TimerSetAgain`` when its subject has a younger one of its kind that waits.
    """
    timer: Timer = Timer.objects.lock(timer_id)
    _refuse_unless_quarantined(timer)
    _wait_again(timer, at)
    try:
        with transaction.atomic():
            timer.save()
    except IntegrityError:
        raise TimerSetAgain(kind=timer.kind) from None
    emit("timer.replayed", subject=timer, actor=actor, at=at, payload={"kind": timer.kind})
    return timer


@command("outbox.replay", permission="job.replay", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def replay_outbox(event_id: UUID, *, actor: Actor, at: datetime) -> Outbox:
    """Hand a quarantined event to its subscribers again.

    As often as it is put aside; each subscriber gets it once. Raises ``NotQuarantined`` for any other event.
    """
    waiting: Outbox = Outbox.objects.lock(event_id)
    _refuse_unless_quarantined(waiting)
    _wait_again(waiting, at)
    waiting.save()
    emit("outbox.replayed", subject=waiting, actor=actor, at=at, payload={"event_type": waiting.event_type})
    return waiting


def _refuse_unless_quarantined(row: Leased) -> None:
    if row.status != Leased.Status.QUARANTINED:
        raise NotQuarantined(status=row.status)


def _wait_again(row: Leased, at: datetime) -> None:
    row.status, row.attempts, row.lease_until, row.finished_at = Leased.Status.PENDING, 0, None, None
    row.due_at = at
