from dataclasses import dataclass
from typing import Any

import pytest

from tests import people
from tests.api.conftest import Caller, caller
from tests.changing import World, world
from tests.services.policies.governing import THREE, Government


@dataclass(frozen=True)
class Scene:
    """A world with a policy in ``test``, whose first version is simulated and waits for one vote."""

    world: World
    government: Government
    ada: Caller
    ben: Caller
    eve: Caller
    agent: Caller
    gil: Caller
    version: Any

    @property
    def path(self) -> str:
        return f"/policy-versions/{self.version.pk}"


@pytest.fixture
def scene(db: Any) -> Scene:
    acme = world()
    globex = people.tenant("globex", creator=people.person(people.platform(), "Greta Founder", roles=["Operator"]))
    government = Government(acme)
    return Scene(
        world=acme,
        government=government,
        ada=caller(acme.ada, acme.tenant),
        ben=caller(acme.ben, acme.tenant),
        eve=caller(acme.eve, acme.tenant),
        agent=caller(people.agent(acme.tenant, acme.ada, roles=["Admin"]), acme.tenant),
        gil=caller(people.person(globex, "Gil Globex", roles=["Admin"]), globex),
        version=government.simulate(government.write("releases", THREE, environment="test")),
    )
