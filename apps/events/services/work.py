"""Working on claimed rows: each in its own tenant, isolated, under a lease whose fence is checked with the effect."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.db import connection

from apps.events.models import Job, Timer
from apps.events.services.claims import ARCHIVED_SECONDS, MOST_ATTEMPTS, Claimed, error_text, release
from apps.kernel import hooks, ports
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError, LeaseLost, NotFound
from apps.kernel.scope import Causation, scope_transaction, scoped
from apps.kernel.unit import Claim

log = structlog.get_logger(__name__)

BACKOFF_SECONDS = (2, 15, 60)

_FAILED = """
update events_{queue} set last_error = %s, lease_until = null,
    status = case when attempts >= %s then 'quarantined' else status end,
    finished_at = case when attempts >= %s then clock_timestamp() end,
    due_at = clock_timestamp() + (%s::int[])[least(attempts, 3)] * interval '1 second'
where id = %s and fence = %s and status = 'pending'
"""


def work_on(claimed: Claimed) -> None:
    """Give the command of a claimed job or timer. Never raises for what the command does: the row keeps the error.

    The work of an archived tenant waits for its return.
    """
    try:
        system = ports.principals().system_scope(claimed.tenant_id, correlation_id=str(claimed.id), causation=None)
    except NotFound:
        release(claimed, wait_seconds=ARCHIVED_SECONDS)
        return
    with scoped(system):
        row = _load(claimed)
    if row is None:
        return
    scope = replace(system, correlation_id=row.correlation_id, causation=Causation("command_id", str(row.caused_by)))
    claim = Claim("timer" if claimed.queue == "timer" else "job", claimed.id, claimed.fence)
    with scoped(scope), structlog.contextvars.bound_contextvars(correlation_id=row.correlation_id):
        try:
            name, target, inputs = _command_of(row)
            dispatch(name, target, claim=claim, **inputs)
        except LeaseLost:
            log.warning("work.lease_lost", queue=claimed.queue, id=str(claimed.id))
        except DomainError as refusal:
            log.info("work.refused", queue=claimed.queue, id=str(claimed.id), code=refusal.code)
        except Exception as error:  # the wall between jobs: one that breaks must not stop the rest
            log.exception("work.failed", queue=claimed.queue, id=str(claimed.id))
            _record_failure(claimed, error)


def work_through(claims: list[Claimed], *, stopping: Callable[[], bool]) -> int:
    """Work on each; when the worker is asked to stop, give the rest back. Answers how many were worked on."""
    for done, claimed in enumerate(claims):
        if stopping():
            for untouched in claims[done:]:
                release(untouched)
            return done
        work_on(claimed)
    return len(claims)


def _load(claimed: Claimed) -> Job | Timer | None:
    """The row, unless somebody else holds it by now."""
    with scope_transaction():
        rows: Any = Timer.objects if claimed.queue == "timer" else Job.objects
        row: Job | Timer | None = rows.filter(pk=claimed.id, fence=claimed.fence).first()
    return row


def _command_of(row: Job | Timer) -> tuple[str, UUID | None, dict[str, Any]]:
    """Name, target and inputs of what has to be done."""
    if isinstance(row, Timer):
        return hooks.timer_command(row.kind), UUID(row.subject_id), {}
    return row.command, UUID(row.target) if row.target else None, row.inputs


def _record_failure(claimed: Claimed, error: Exception) -> None:
    with scope_transaction(), connection.cursor() as cursor:
        cursor.execute(
            _FAILED.format(queue=claimed.queue),
            [error_text(error), MOST_ATTEMPTS, MOST_ATTEMPTS, list(BACKOFF_SECONDS), claimed.id, claimed.fence],
        )
