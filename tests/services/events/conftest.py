"""A tenant with nothing left to do, and subscribers a test may add to."""

from collections.abc import Iterator

import pytest

from apps.kernel import hooks
from apps.tenancy.models import Tenant
from tests import people
from tests.services.events.sweeps import drain


@pytest.fixture
def acme() -> Tenant:
    made = people.tenant("acme")
    drain()
    return made


@pytest.fixture
def subscribers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, hooks.Subscriber]]:
    """The product's subscribers, to which a test may add its own."""
    own = dict(hooks._subscribers)
    monkeypatch.setattr(hooks, "_subscribers", own)
    return own
