"""Giving a quarantined job one more chance."""

from datetime import datetime
from uuid import UUID

from apps.events.errors import AlreadyReplayed, NotQuarantined
from apps.events.models import Job
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit


@command("job.replay", permission="job.replay", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def replay_job(job_id: UUID, *, actor: Actor, at: datetime) -> Job:
    """Try a quarantined job again.

    A job can be replayed once. Raises ``NotQuarantined`` for any other job and ``AlreadyReplayed`` the second time.
    """
    job: Job = Job.objects.lock(job_id)
    if job.status != Job.Status.QUARANTINED:
        raise NotQuarantined(status=job.status)
    if job.replayed_at is not None:
        raise AlreadyReplayed(replayed_at=job.replayed_at.isoformat())

    job.status, job.attempts, job.lease_until, job.finished_at = Job.Status.PENDING, 0, None, None
    job.due_at = job.replayed_at = at
    job.save()
    emit("job.replayed", subject=job, actor=actor, at=at, payload={"command": job.command})
    return job
