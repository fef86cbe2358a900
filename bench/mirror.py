"""Tables for the baselines, made like the product's; and what one piece of work wrote, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from bench.servers import BASELINE

_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX \S+ ON (?:ONLY )?public\.(\S+)")
_TABLES = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
and not relispartition and exists (
    select 1 from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and not attisdropped
) order by relname
"""
_KEY = """
select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
where indrelid = %s::regclass and indisprimary
"""


_RECORD_TYPES = f"""
create or replace view {BASELINE}.record_type as
select h.definition_id as id, h.tenant_id, h.environment_id, h.key, h.name, h.status, h.number, h.digest, h.moved_at,
    r.content
from {BASELINE}.metadata_head h join {BASELINE}.metadata_revision r on r.id = h.revision_id where h.kind = 'record_type'
"""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one table that a piece of work inserted and updated, as JSON values; ``documents`` are JSON columns."""

    table: str
    key: str
    documents: frozenset[str]
    inserted: list[dict[str, Any]]
    updated: list[dict[str, Any]]


Footprint = list[Written]


def mirror(superuser: psycopg.Connection[Any], wanted: Iterable[str]) -> None:
    """Make these tables again for the baselines, with the same rows and indexes; unique ones are plain there."""
    for table in wanted:
        here, there = sql.Identifier("public", table), sql.Identifier(BASELINE, table)
        known = superuser.execute("select to_regclass(%s) is not null", [f"{BASELINE}.{table}"]).fetchone()
        if known == (False,):
            _make(superuser, table)
        superuser.execute(sql.SQL("truncate {}").format(there))
        superuser.execute(sql.SQL("insert into {} select * from {}").format(there, here))
        superuser.execute(sql.SQL("analyze {}").format(there))


def mirror_record_types(superuser: psycopg.Connection[Any]) -> None:
    """What plain Django would keep in one table: the definition as an environment runs it."""
    mirror(superuser, ["metadata_head", "metadata_revision"])
    superuser.execute(_RECORD_TYPES.encode())
    superuser.execute(f"alter view {BASELINE}.record_type owner to ec3l_app".encode())


def _make(superuser: psycopg.Connection[Any], table: str) -> None:
    here, there = sql.Identifier("public", table), sql.Identifier(BASELINE, table)
    superuser.execute(sql.SQL("create table {} (like {} including defaults)").format(there, here))
    defined = superuser.execute(
        "select indexdef from pg_indexes where schemaname = 'public' and tablename = %s", [table]
    ).fetchall()
    for (definition,) in defined:
        plain = _INDEX.sub(rf"CREATE INDEX ON {BASELINE}.\1", definition).replace(" NULLS NOT DISTINCT", "")
        superuser.execute(plain.encode())
    superuser.execute(sql.SQL("alter table {} owner to ec3l_app").format(there))


def tables(superuser: psycopg.Connection[Any]) -> list[str]:
    """Every table that has a tenant."""
    return [row[0] for row in superuser.execute(_TABLES).fetchall()]


def footprint(superuser: psycopg.Connection[Any], work: Callable[[], object]) -> Footprint:
    """Do ``work``, and say which rows it left behind. Nobody else may write meanwhile."""
    keys = {table: _key(superuser, table) for table in tables(superuser)}
    with psycopg.connect(superuser.info.dsn, password=superuser.info.password) as past:
        past.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        past.execute("select 1")  # from here on it sees what was before
        before = _transaction(superuser)
        work()
        after = _transaction(superuser)
        return [
            written for table, key in keys.items() if (written := _written(superuser, past, table, key, before, after))
        ]


def _key(superuser: psycopg.Connection[Any], table: str) -> str:
    found = superuser.execute(_KEY, [f"public.{table}"]).fetchone()
    assert found is not None, f"{table} has no primary key"
    return str(found[0])


def _transaction(superuser: psycopg.Connection[Any]) -> int:
    row = superuser.execute("select pg_current_xact_id()::text::bigint % 4294967296").fetchone()
    assert row is not None
    return int(row[0])


def _written(
    superuser: psycopg.Connection[Any], past: psycopg.Connection[Any], table: str, key: str, before: int, after: int
) -> Written | None:
    names = {"key": sql.Identifier(key), "table": sql.Identifier("public", table)}
    query = "select to_jsonb(t) from {table} t where t.xmin::text::bigint > %s and t.xmin::text::bigint < %s"
    rows = [row for (row,) in superuser.execute(sql.SQL(query).format(**names), [before, after]).fetchall()]
    if not rows:
        return None
    query = "select {key}::text from {table} where {key} = any(%s::uuid[])"
    known = {one for (one,) in past.execute(sql.SQL(query).format(**names), [[row[key] for row in rows]]).fetchall()}
    inserted, updated = [row for row in rows if row[key] not in known], [row for row in rows if row[key] in known]
    return Written(table, key, _documents(superuser, table), inserted, updated)


def _documents(superuser: psycopg.Connection[Any], table: str) -> frozenset[str]:
    rows = superuser.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and atttypid = 'jsonb'::regtype",
        [f"public.{table}"],
    ).fetchall()
    return frozenset(row[0] for row in rows)
