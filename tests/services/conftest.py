from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from django.db import connection

from apps.tenancy.models import Principal, Tenant
from tests import database, people
from tests.changing import World, world

_projects = count(1)


@pytest.fixture
def acme(db: Any) -> Tenant:
    """A tenant. Where changes are told of, a folder's own ``acme`` is a world around one."""
    return people.tenant("acme")


@pytest.fixture
def globex(db: Any) -> Tenant:
    """Another one, so that a leak has somewhere to leak to."""
    return people.tenant("globex")


@pytest.fixture
def admin(acme: Tenant) -> Principal:
    return people.administrator(acme)


@pytest.fixture
def viewer(acme: Tenant) -> Principal:
    return people.person(acme, "Vera Viewer", roles=["Viewer"])


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
