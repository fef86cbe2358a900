"""The four database roles and the product's database, made by the superuser of an embedded server."""

from __future__ import annotations

import hashlib
from pathlib import Path

from psycopg import sql

from config.local.addresses import POSTGRES_STATE
from config.local.postgres import ROLES, Postgres
from config.local.state import DATABASE, read_json, write_json

SQL = Path(__file__).resolve().parents[1] / "sql"
ROLES_SQL = SQL / "roles.sql"
DATABASE_SQL = SQL / "database.sql"


def prepare(server: Postgres) -> None:
    """Make roles and database what the two SQL files say; at once when they did not change since."""
    path = server.profile.path(POSTGRES_STATE)
    state = read_json(path)
    digest = hashlib.sha256(ROLES_SQL.read_bytes() + DATABASE_SQL.read_bytes()).hexdigest()
    if state.get("prepared") == digest:
        return
    with server.connect() as connection:
        connection.execute(ROLES_SQL.read_bytes())
        for role in ROLES:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(state["passwords"][role]))
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER ec3l_owner").format(sql.Identifier(DATABASE)))
    with server.connect(DATABASE) as connection:
        connection.execute(DATABASE_SQL.read_bytes())
    write_json(path, {**state, "prepared": digest})
