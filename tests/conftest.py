"""What every test stands on: the database as production has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests import database


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    """CREATE DATABASE and migrate as the owner; the tests run as the app role."""
    with django_db_blocker.unblock():
        configured = database.create(keep=django_db_keepdb and not django_db_createdb)
        connection.ops.execute_sql_flush = lambda _: database.empty()  # type: ignore[method-assign]
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            database.destroy(configured)
