"""The database made current and the demo tenant loaded, in one short-lived process."""

from __future__ import annotations

import sys
from io import StringIO

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.env import BadEnvironment, select_settings


def prepare() -> None:
    """Migrate when something is waiting, make the months ahead, load the demo: all change nothing the second time."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if waiting:
        print(f"Applying {len(waiting)} migrations.", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
    call_command("make_partitions", stdout=StringIO())
    call_command("load_demo")


if __name__ == "__main__":
    select_settings("config.settings.dev")
    try:
        django.setup()
    except BadEnvironment as error:
        sys.exit(str(error))
    prepare()
