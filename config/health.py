"""Whether this process lives, and whether the whole can do work: database, migrations, broker, worker."""

from __future__ import annotations

import time
from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = structlog.get_logger(__name__)


class NotReady(Exception):
    """A part the product needs does not answer; the message says which fact is missing."""


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nothing of others."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything the product needs answers, else 503 naming what does not."""
    found = {name: check_one(name, check) for name, check in CHECKS.items()}
    healthy = all(state == "ok" for state in found.values())
    return JsonResponse(
        {"status": "ready" if healthy else "unavailable", "checks": found}, status=200 if healthy else 503
    )


def check_one(name: str, check: Callable[[], None]) -> str:
    """``ok``, or the fact that is missing; details go to the log, never to a visitor."""
    try:
        check()
    except NotReady as missing:
        return str(missing)
    except (DatabaseError, redis.RedisError, OSError) as error:
        log.warning("readiness.failed", check=name, error=str(error))
        return "unreachable"
    return "ok"


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


_migrated = False


def check_migrations() -> None:
    # Once true it stays true for this process: its code does not change while it runs.
    global _migrated  # noqa: PLW0603  one flag a process
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise NotReady("migrations are waiting")
        _migrated = True


def check_broker() -> None:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    finally:
        client.close()


def check_worker() -> None:
    """A worker's sweep writes the time of its beat; one without a beat for a while is not working."""
    beat = cache.get(settings.WORKER_HEARTBEAT_KEY)
    if beat is None:
        raise NotReady("no worker was seen")
    if time.time() - float(beat) > settings.WORKER_HEARTBEAT_SECONDS:
        raise NotReady("no worker was seen lately")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
    "worker": check_worker,
}
