"""Telling the workers that something waits. Losing the bell loses nothing: the sweep finds every row."""

from collections.abc import Sequence

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

WORK = "events.work"
MOST_AT_ONCE = 20


def ring(jobs: Sequence[tuple[str, str]]) -> None:
    """Poke the workers for these (job, tenant), after the commit. More than a few are left to the sweep."""
    try:
        for job, tenant in jobs[:MOST_AT_ONCE]:
            current_app.signature(WORK, kwargs={"job_id": job, "tenant_id": tenant}).apply_async(retry=False)
    except OperationalError as unreachable:
        log.warning("doorbell.unreachable", error=str(unreachable))
