"""Waiting for the feed, whose horizon is the whole server's."""

import time

from django.db import connection


def wait_for_the_feed() -> None:
    """Until the feed shows all that is committed: another database's transaction on the server can hold it back."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        last = cursor.fetchone()[0]
        for _attempt in range(600):
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= last:
                return
            time.sleep(0.05)
    raise AssertionError("Another transaction held the feed back for 30 seconds.")
