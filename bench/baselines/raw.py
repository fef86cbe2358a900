"""Raw PostgreSQL: the rows a piece of work of the product wrote, written again by psycopg in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.mirror import Footprint, Written

TOKEN = "baseline-token"
Statement = tuple[sql.SQL | sql.Composed, list[Any]]

_WHO = sql.SQL("select p.id from token t join person p on p.id = t.person_id where t.key = %s")


def connect() -> psycopg.Connection[Any]:
    """A connection of our own to the baselines' tables."""
    given = settings.DATABASES["default"]
    return psycopg.connect(
        host=given["HOST"],
        port=given["PORT"],
        user=given["USER"],
        password=given["PASSWORD"],
        dbname=given["NAME"],
        options=given["OPTIONS"]["options"],
        autocommit=True,
    )


def replays(
    connection: psycopg.Connection[Any], footprint: Footprint, count: int, *, token: bool
) -> list[Callable[[], None]]:
    """Calls that write the footprint, each with fresh ids: update what was updated, insert what was inserted."""
    asked: list[Statement] = [(_WHO, [TOKEN])] if token else []
    return [_replay(connection, [*asked, *statements(footprint)]) for _ in range(count)]


def _replay(connection: psycopg.Connection[Any], prepared: list[Statement]) -> Callable[[], None]:
    def write() -> None:
        with connection.transaction():
            for statement, parameters in prepared:
                connection.execute(statement, parameters)

    return write


def statements(footprint: Footprint) -> Iterator[Statement]:
    """One statement a table and kind of writing: values for one row, a JSON set for many."""
    for written in footprint:
        if written.updated:
            yield _lock(written)
            yield _update(written)
    for written in footprint:
        if written.inserted:
            rows = [{**row, written.key: str(uuid4())} for row in written.inserted]
            yield _insert_one(written, rows[0]) if len(rows) == 1 else _insert_many(written.table, rows)


def _lock(written: Written) -> Statement:
    query = "select * from {table} where {key} = any(%s::uuid[]) order by {key} for no key update"
    names = {"table": sql.Identifier(written.table), "key": sql.Identifier(written.key)}
    return sql.SQL(query).format(**names), [[row[written.key] for row in written.updated]]


def _update(written: Written) -> Statement:
    columns = [name for name in written.updated[0] if name != written.key]
    query = "update {table} t set {sets} from jsonb_populate_recordset(null::{table}, %s) n where t.{key} = n.{key}"
    sets = sql.SQL(", ").join(sql.SQL("{0} = n.{0}").format(sql.Identifier(name)) for name in columns)
    names = {"table": sql.Identifier(written.table), "key": sql.Identifier(written.key), "sets": sets}
    return sql.SQL(query).format(**names), [Jsonb(written.updated)]


def _insert_one(written: Written, row: dict[str, Any]) -> Statement:
    query = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(written.table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() for _ in row),
    )
    return query, values(written, row)


def values(written: Written, row: dict[str, Any]) -> list[Any]:
    """The row's values as psycopg wants them."""
    return [Jsonb(value) if name in written.documents else value for name, value in row.items()]


def _insert_many(table: str, rows: list[dict[str, Any]]) -> Statement:
    query = sql.SQL("insert into {0} select * from jsonb_populate_recordset(null::{0}, %s)")
    return query.format(sql.Identifier(table)), [Jsonb(rows)]
