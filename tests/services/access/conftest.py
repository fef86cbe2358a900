"""Two tenants, so that a leak has somewhere to leak to."""

import pytest

from apps.access.queries import forget_permissions
from apps.tenancy.models import Principal, Tenant
from tests import people


@pytest.fixture
def acme(db: None) -> Tenant:
    return people.tenant("acme")


@pytest.fixture
def globex(db: None) -> Tenant:
    return people.tenant("globex")


@pytest.fixture
def admin(acme: Tenant) -> Principal:
    return people.administrator(acme)


@pytest.fixture
def viewer(acme: Tenant) -> Principal:
    return people.person(acme, "Vera Viewer", roles=["Viewer"])


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Rolled back tests take versions back, and with them the key of what was remembered."""
    forget_permissions()
