"""One beat ticks, however many run: the leader's lock is a PostgreSQL session lock held inside beat itself.

The lock lives on a direct connection of this process, so that it goes when the process goes, even by SIGKILL.
"""

from __future__ import annotations

from typing import Any

import psycopg
import structlog
from celery.beat import Scheduler
from django.conf import settings

LOCK = 0x45433362656174  # "EC3beat"
RETRY_SECONDS = 1.0
log = structlog.get_logger(__name__)


class LeaderScheduler(Scheduler):
    """Ticks only while it holds the lock; a follower looks again every second."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Seconds to sleep until the next tick."""
        if not self._leads():
            return RETRY_SECONDS
        return float(super().tick(*args, **kwargs))

    def close(self) -> None:
        self._drop()
        super().close()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _leads(self) -> bool:
        """Whether the lock is ours; a broken connection lost it, and is opened again."""
        try:
            if self._connection is not None:
                self._connection.execute("SELECT 1")
                return True
            connection = _connect()
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        except psycopg.OperationalError as error:
            log.warning("beat.database_unreachable", error=str(error))
            self._drop()
            return False
        if row is None or not row[0]:
            connection.close()
            return False
        self._connection = connection
        log.info("beat.leads")
        return True


def _connect() -> psycopg.Connection[Any]:
    given = settings.DATABASES["default"]
    options = {name: value for name, value in given["OPTIONS"].items() if name != "pool"}
    return psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or None,
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        autocommit=True,
        application_name="ec3l beat",
        **options,
    )
