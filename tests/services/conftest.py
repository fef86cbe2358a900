from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db import connection

from tests import database
from tests.changing import World, world

_projects = count(1)


@pytest.fixture(scope="module")
def _committed_tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    try:
        with django_db_blocker.unblock():
            made = world()
            connection.close()
        yield made
    finally:
        with django_db_blocker.unblock():
            database.empty()


@pytest.fixture
def committed(_committed_tenant: World, django_db_blocker: Any) -> Iterator[World]:
    """A tenant that other connections see, with a project of the test's own. Emptied after the module."""
    with django_db_blocker.unblock():
        number = next(_projects)
        project = _committed_tenant.give("project.create", name=f"Project {number}", key=f"project_{number}")
        yield replace(_committed_tenant, project=project)
        connection.close()
