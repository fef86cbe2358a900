"""``python -m config.migration_sql DIRECTORY``: our migrations as SQL files, for the migration linter."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from config.env import select_settings


def write(directory: Path) -> int:
    """One file for each migration that meets live tables, named by app and migration; returns how many.

    A first migration (``initial``) makes tables nobody uses yet: its locks wait for nobody. Neither do those of a
    migration that says it is ``offline``: the changelog then says that the upgrade needs web and worker stopped.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    known = MigrationLoader(connection).disk_migrations
    found = [key for key, migration in known.items() if key[0] in ours and not _locks_nobody(migration)]
    for label, name in found:
        text = StringIO()
        call_command("sqlmigrate", label, name, stdout=text, no_color=True)
        (directory / f"{label}.{name}.sql").write_text(text.getvalue())
    return len(found)


def _locks_nobody(migration: Migration) -> bool:
    return bool(migration.initial) or getattr(migration, "offline", False)


if __name__ == "__main__":
    select_settings("config.settings.dev")
    django.setup()
    print(f"{write(Path(sys.argv[1]))} migrations")
