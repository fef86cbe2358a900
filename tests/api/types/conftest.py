from dataclasses import dataclass
from typing import Any

import pytest

from tests import people
from tests.api.conftest import Caller, caller
from tests.changing import World, world


@dataclass(frozen=True)
class Scene:
    """A world with an active base type task, a draft incident and a choice list, and callers of its API."""

    world: World
    ada: Caller
    eve: Caller
    agent: Caller
    gil: Caller

    def id_of(self, key: str, kind: str = "record_type") -> Any:
        head = self.world.head(key, kind=kind)
        assert head is not None
        return head.definition_id


@pytest.fixture
def scene(db: Any) -> Scene:
    """Ada is Admin, Eve is Editor, the agent holds Admin, Gil is Admin of another tenant."""
    acme = world()
    globex = people.tenant("globex", creator=people.person(people.platform(), "Greta Founder", roles=["Operator"]))
    acme.give("choice_list.create", name="Priority", items=[{"value": "1", "label": "High"}, {"value": "2"}])
    acme.give("record_type.create", key="task", name="Task", fields=[{"name": "number", "type": "string"}])
    made = Scene(
        world=acme,
        ada=caller(acme.ada, acme.tenant),
        eve=caller(acme.eve, acme.tenant),
        agent=caller(people.agent(acme.tenant, acme.ada, roles=["Admin"]), acme.tenant),
        gil=caller(people.person(globex, "Gil Globex", roles=["Admin"]), globex),
    )
    acme.give("record_type.activate", made.id_of("task"))
    acme.give("record_type.create", key="incident", name="Incident", base_type="task")
    return made
