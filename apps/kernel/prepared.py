"""Cursors for hot statements: the server plans them once for a connection and not each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor whose statements are prepared by the server after their first uses (``prepare_threshold``).

    For statements whose text never changes. Django's own cursors put the values into the text, which PostgreSQL then
    plans anew; for a command that planning is most of the time. Query logs and execute wrappers see these too.
    """
    # Their types do not know that PostgreSQL has two kinds of cursor.
    backend: Any = connection
    make: Any = ServerBindingCursor
    backend.ensure_connection()
    wrap = backend.make_debug_cursor if backend.queries_logged else backend.make_cursor
    with wrap(make(backend.connection)) as wrapped:
        yield wrapped
