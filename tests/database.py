"""The test database: made by the owner, used by the app role, emptied between transactional tests by a superuser.

The rights are production's: nothing is granted to the app role for the tests' sake.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases
from psycopg import sql

from config.env import process
from config.local.addresses import postgres_url
from config.local.postgres import SUPERUSER
from config.local.state import Profile

RIGHTS = Path(__file__).resolve().parents[1] / "config" / "sql" / "database.sql"
SEEDS = "seeds"
SUPERUSER_VARIABLE = "DATABASE_SUPERUSER_URL"


def become(credentials: dict[str, str]) -> None:
    """Use another login from the next query on."""
    connection.close()
    connection.close_pool()
    connection.settings_dict.update(credentials)


def create(*, keep: bool) -> list[tuple[Any, str, bool]]:
    """Create and migrate as the owner, then remember what the migrations seeded; ends as the app role."""
    app = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    become(settings.DATABASE_OWNER)
    connection.creation._create_test_db(0, autoclobber=True, keepdb=keep)
    with psycopg.connect(**_owner(), autocommit=True) as owner:
        owner.execute(RIGHTS.read_bytes())
    configured = setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=[])
    become(app)
    if _superuser_url():
        _remember_seeds()
    return configured


def destroy(configured: list[tuple[Any, str, bool]]) -> None:
    """Drop the test database."""
    become(settings.DATABASE_OWNER)
    for used, name, _ in configured:
        used.creation.destroy_test_db(name, verbosity=0, keepdb=False)


def empty() -> None:
    """Back to what the migrations left, past row-level security and append-only triggers."""
    connection.close()
    with as_superuser() as superuser, superuser.transaction():
        superuser.execute("SET LOCAL session_replication_role = replica")
        tables = _tables(superuser)
        superuser.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY").format(
                sql.SQL(", ").join(sql.Identifier("public", table) for table in tables)
            )
        )
        for table in tables:
            columns = _seeded_columns(superuser, table)
            if not columns:
                continue
            listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
            superuser.execute(
                sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                    sql.Identifier("public", table), listed, listed, sql.Identifier(SEEDS, table)
                )
            )
        _advance_sequences(superuser)


def _remember_seeds() -> None:
    with as_superuser() as superuser, superuser.transaction():
        superuser.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SEEDS)))
        superuser.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SEEDS)))
        for table in _tables(superuser):
            superuser.execute(
                sql.SQL("CREATE TABLE {} AS TABLE {}").format(
                    sql.Identifier(SEEDS, table), sql.Identifier("public", table)
                )
            )


def _tables(superuser: psycopg.Connection[Any]) -> list[str]:
    """Every table except the record of migrations; a partition comes with its parent."""
    rows = superuser.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND NOT relispartition AND relname <> 'django_migrations' ORDER BY relname"
    )
    return [row[0] for row in rows]


def _seeded_columns(superuser: psycopg.Connection[Any], table: str) -> list[str]:
    """The columns a row is inserted with, or nothing for a table without seeds."""
    name = sql.Identifier(SEEDS, table)
    if superuser.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(name)).fetchone() is None:
        return []
    rows = superuser.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [f'public."{table}"'],
    )
    return [row[0] for row in rows]


def _advance_sequences(superuser: psycopg.Connection[Any]) -> None:
    """Identity columns go on after the seeds."""
    rows = superuser.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_identity = 'YES'"
    ).fetchall()
    for table, column in rows:
        superuser.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) FROM {}").format(
                sql.Literal(f'public."{table}"'),
                sql.Literal(column),
                sql.Identifier(column),
                sql.Identifier("public", table),
            )
        )


def _owner() -> dict[str, Any]:
    given = connection.settings_dict
    return {
        "host": given["HOST"],
        "port": given["PORT"],
        "user": settings.DATABASE_OWNER["USER"],
        "password": settings.DATABASE_OWNER["PASSWORD"],
        "dbname": given["TEST"]["NAME"],
    }


def _superuser_url() -> str | None:
    named = process().get(SUPERUSER_VARIABLE, "")
    if named or process().get("DATABASE_URL"):
        return named or None
    return postgres_url(Profile("test"), SUPERUSER, "postgres")


def as_superuser() -> psycopg.Connection[Any]:
    """A connection past row-level security and triggers, each statement committed at once."""
    url = _superuser_url()
    if url is None:
        pytest.skip(f"transactional tests on a server of your own need {SUPERUSER_VARIABLE}")
    return psycopg.connect(url, dbname=connection.settings_dict["NAME"], autocommit=True)
