"""Working as the owner of the tables, for migrations and partitions only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper


@contextmanager
def as_owner() -> Iterator[None]:
    """Reconnect as the owner role, and come back as the app role however the work ends."""
    app = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    _reconnect(settings.DATABASE_OWNER)
    try:
        yield
    finally:
        _reconnect(app)


def _reconnect(credentials: dict[str, str]) -> None:
    connection.close()
    cast("DatabaseWrapper", connection).close_pool()
    connection.settings_dict.update(credentials)
