"""The Celery edge: pokes only. What is due is decided by the rows and the database's clock."""

import time
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.core.cache import cache

from apps.events.services import sweeping


class _Stop:
    """Set when the worker was asked to stop; a batch then gives back what it has not begun."""

    asked = False


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    _Stop.asked = True


def stopping() -> bool:
    return _Stop.asked


@shared_task(name="events.work", ignore_result=True)
def work(*, job_id: str, **_newer: Any) -> None:
    """Work on one job now."""
    sweeping.work_one(UUID(job_id), stopping=stopping)


@shared_task(name="events.sweep", ignore_result=True)
def sweep(**_newer: Any) -> None:
    """Find and do what is due, and show that a worker lives."""
    cache.set(settings.WORKER_HEARTBEAT_KEY, time.time(), settings.WORKER_HEARTBEAT_SECONDS)
    sweeping.sweep(stopping=stopping)


@shared_task(name="events.recover", ignore_result=True)
def recover(**_newer: Any) -> None:
    """Put poison aside."""
    sweeping.recover()
