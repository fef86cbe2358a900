from typing import Any

import pytest

from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    """A tenant with people and a project, and nothing defined."""
    return world()


@pytest.fixture
def itsm(acme: World) -> World:
    """The same with the record type incident (summary, priority)."""
    acme.define("incident", "summary", "priority")
    return acme
