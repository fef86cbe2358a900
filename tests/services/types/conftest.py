from typing import Any

import pytest

from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    """A tenant with people and a project, and nothing defined."""
    return world()


@pytest.fixture
def itsm(acme: World) -> World:
    """The same with an active base type task, a draft incident derived from it, and a choice list."""
    acme.give("choice_list.create", name="Priority", items=[{"value": "1", "label": "High"}, {"value": "2"}])
    acme.give("record_type.create", key="task", name="Task", fields=[{"name": "number", "type": "string"}])
    acme.give("record_type.activate", definition_id(acme, "task"))
    acme.give("record_type.create", key="incident", name="Incident", base_type="task")
    return acme


def definition_id(world: World, key: str, kind: str = "record_type") -> Any:
    head = world.head(key, kind=kind)
    assert head is not None
    return head.definition_id
