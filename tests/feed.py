"""Waiting for the feed, whose horizon is the whole server's."""

import time

from django.db import connection

#: Another process of the same run may be in the middle of its longest test, which is one transaction. Seconds.
PATIENCE = 240


def wait_for_the_feed() -> None:
    """Until the feed shows all that is committed: another database's transaction on the server can hold it back."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        last = cursor.fetchone()[0]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= last:
                return
            time.sleep(0.05)
    raise AssertionError(f"Another transaction held the feed back for {PATIENCE} seconds.")
