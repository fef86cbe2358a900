import pytest

from tests import changing
from tests.changing import World
from tests.services.policies.governing import Government


@pytest.fixture
def acme(db: None) -> World:
    return changing.world()


@pytest.fixture
def government(acme: World) -> Government:
    return Government(acme)
