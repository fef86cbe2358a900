"""The servers a run uses, and a database of its own in them that is gone afterwards."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from config.local import roles
from config.local.addresses import postgres_url, valkey_url
from config.local.servers import Servers
from config.local.state import ROOT, Profile, secrets_of

PREFIX = "bench_"
BASELINE = "baseline"


def durable() -> Profile:
    """Servers of our own that write to the disk as production does; their files lie apart from everybody else's."""
    return Profile("local", ROOT / ".local" / "bench")


def volatile() -> Profile:
    """The test suite's servers: no fsync, started already when a test asks."""
    return Profile("test")


class Database:
    """An empty database with the product's rights. Use as a context manager."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.name = f"{PREFIX}{os.getpid()}"
        self._servers = Servers(profile)

    def __enter__(self) -> Self:
        self._servers.start()
        with self._servers.postgres.connect() as connection:
            self._drop_left_overs(connection)
            connection.execute(sql.SQL("create database {} owner ec3l_owner").format(sql.Identifier(self.name)))
        with self.superuser() as connection:
            connection.execute(roles.DATABASE_SQL.read_bytes())
            connection.execute(f"create schema {BASELINE} authorization ec3l_app")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._servers.postgres.connect() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(self.name)))
        self._servers.release()

    def superuser(self) -> psycopg.Connection[Any]:
        """For looking at everything and for filling tables in bulk, past row-level security."""
        return self._servers.postgres.connect(self.name)

    def environment(self) -> dict[str, str]:
        """What a side needs to use this database as the product does."""
        urls = {
            "DATABASE_URL": postgres_url(self.profile, "ec3l_app", self.name),
            "DATABASE_OWNER_URL": postgres_url(self.profile, "ec3l_owner", self.name),
            # Databases of the broker beyond the first: what runs here never rings another's doorbell.
            "REDIS_URL": self._broker(),
        }
        keys = {name.upper(): value for name, value in secrets_of(self.profile.root).items()}
        return {**{name: url for name, url in urls.items() if url}, **keys, "LOG_LEVEL": "ERROR"}

    def _broker(self) -> str:
        url = urlsplit(valkey_url(self.profile) or "")
        return url._replace(path="/15").geturl()

    def _drop_left_overs(self, connection: psycopg.Connection[Any]) -> None:
        """Databases of runs that were killed; those in use stay."""
        rows = connection.execute(
            "select datname from pg_database where datname like %s"
            " and not exists (select 1 from pg_stat_activity a where a.datname = pg_database.datname)",
            [PREFIX.replace("_", r"\_") + "%"],
        ).fetchall()
        for (name,) in rows:
            connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
