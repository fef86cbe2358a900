"""What the baselines' process can be asked to do."""

from __future__ import annotations

from functools import cache
from typing import Any

import psycopg

from bench.baselines import plain, raw, template
from bench.baselines.wsgi import application
from bench.mirror import Footprint
from bench.sides import Calls
from bench.wsgi import Caller

caller = Caller(application, {"Authorization": f"Bearer {raw.TOKEN}"})
_footprints: dict[str, Footprint] = {}


def remember(name: str, footprint: Footprint) -> None:
    """What :func:`raw_write` of that name writes, and what a create of the table of that name writes."""
    _footprints[name] = footprint
    template.remember(name, footprint)


def http(count: int, *, method: str, path: str, document: Any = None) -> Calls:
    return [caller.request(method, path, document)] * count


def from_python(count: int, *, table: str, field: str, text: str) -> Calls:
    return [lambda: plain.write(table, field, text)] * count


def raw_write(count: int, *, name: str, token: bool = False) -> Calls:
    """``token``: with the SELECT that tells who calls, which only a request needs."""
    return raw.replays(_connection(), _footprints[name], count, token=token)


def read(count: int, *, statements: list[tuple[str, list[Any]]]) -> Calls:
    """These statements in one transaction, every row fetched."""

    def ask() -> None:
        with _connection().transaction():
            for statement, values in statements:
                _connection().execute(statement.encode(), values).fetchall()

    return [ask] * count


@cache
def _connection() -> psycopg.Connection[Any]:
    return raw.connect()


WORKS = {"http": http, "python": from_python, "raw": raw_write, "read": read}
