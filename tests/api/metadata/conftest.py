from typing import Any

import pytest

from tests.api.conftest import Caller, caller
from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    made = world()
    made.define("incident", "summary")
    return made


@pytest.fixture
def ada(acme: World) -> Caller:
    return caller(acme.ada, acme.tenant)
