from typing import Any

import pytest

from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    """A tenant with people and a project, and nothing defined."""
    return world()
