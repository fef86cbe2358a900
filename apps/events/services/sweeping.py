"""The sweep: finds due work of every tenant, whatever became of the broker, and does a bounded part of it."""

from collections.abc import Callable
from uuid import UUID

import structlog

from apps.events.services.claims import claim, claim_one, quarantine_exhausted
from apps.events.services.relay import relay
from apps.events.services.work import work_through

log = structlog.get_logger(__name__)

LEASE_SECONDS = 120
OUTBOX_BATCH = 200
WORK_BATCH = 20


def sweep(*, stopping: Callable[[], bool]) -> dict[str, int]:
    """One round: relay the outbox, fire due timers, work on due jobs. Answers what it did."""
    relayed = relay(claim("outbox", batch=OUTBOX_BATCH, lease_seconds=LEASE_SECONDS))
    fired = work_through(claim("timer", batch=WORK_BATCH, lease_seconds=LEASE_SECONDS), stopping=stopping)
    worked = work_through(claim("job", batch=WORK_BATCH, lease_seconds=LEASE_SECONDS), stopping=stopping)
    return {"relayed": relayed, "fired": fired, "worked": worked}


def work_one(job: UUID, *, stopping: Callable[[], bool]) -> int:
    """Work on one job, when it is due and nobody else holds it. The answer is 0 or 1."""
    return work_through(claim_one("job", job, lease_seconds=LEASE_SECONDS), stopping=stopping)


def recover() -> int:
    """Quarantine what failed or killed its worker too often. Rows whose lease ended are claimed again by any sweep."""
    poisoned = [row for queue in ("job", "timer", "outbox") for row in quarantine_exhausted(queue)]
    for row in poisoned:
        log.error("work.quarantined", queue=row.queue, id=str(row.id), tenant_id=str(row.tenant_id))
    return len(poisoned)
