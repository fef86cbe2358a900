"""What a forked process has to leave behind: its parent's database sockets."""

from __future__ import annotations

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper


def forget_connections() -> None:
    """Begin with an empty pool; using an inherited socket would mix up two processes' conversations."""
    DatabaseWrapper._connection_pools.clear()  # type: ignore[attr-defined]  # the stubs lack it
    for connection in connections.all(initialized_only=True):
        connection.connection = None
