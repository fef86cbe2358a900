import pytest

from tests.api.conftest import Caller, caller
from tests.changing import World


@pytest.fixture
def ada(acme: World) -> Caller:
    """Each module has an ``acme`` of its own; Ada writes its changes."""
    return caller(acme.ada, acme.tenant)


@pytest.fixture
def eve(acme: World) -> Caller:
    """An Editor."""
    return caller(acme.eve, acme.tenant)
