"""Hot statements: written once a process, and planned by the server once a connection and not each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet


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


class Statement:
    """A query of columns whose text never changes: to write it with the ORM takes longer than all else of answering it.

    For the few that are asked most. What it finds is what the queryset would find.
    """

    def __init__(self, queryset: "QuerySet[Any, dict[str, Any]]", standing_for: Any = None) -> None:
        """``queryset`` is a ``values()``. Where it says ``standing_for``, each use says a value of its own."""
        self._names = tuple(queryset.query.selected or ())
        # The connection is Django's proxy: whichever thread uses the statement, it is that thread's own.
        self._compiler = queryset.query.get_compiler(connection=connection)
        self._text, given = self._compiler.as_sql()
        self._parameters = [(value, value == standing_for) for value in given]

    def rows(self, value: Any = None) -> list[dict[str, Any]]:
        """What it finds, with ``value`` for what varies."""
        with prepared_cursor() as cursor:
            cursor.execute(self._text, [value if varies else given for given, varies in self._parameters])
            found = cursor.fetchall()
        return [dict(zip(self._names, row, strict=True)) for row in self._compiler.results_iter([found])]
