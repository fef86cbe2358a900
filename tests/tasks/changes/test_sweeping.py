"""What workers do for changes: validate, and plan anew what stands above a head that moved."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from apps.events.models import Job, Outbox
from apps.events.services import sweeping
from tests import database
from tests.changing import World, world


@pytest.fixture
def acme(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed, since workers have transactions of their own."""
    with django_db_blocker.unblock():
        yield world()
        connection.close()
        database.empty()


def sweep_all() -> None:
    """Sweep until nothing is left to do."""
    while any(sweeping.sweep(stopping=lambda: False).values()):
        pass


def left(of: World) -> tuple[int, int]:
    with of.reading():
        return Outbox.objects.count(), Job.objects.exclude(status="done").count()


def test_a_sweep_validates_what_was_checked_in(acme: World) -> None:
    """The broker is a doorbell: a row that nobody rang for is found all the same."""
    change = acme.open()
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    acme.give("change.check_in", change.pk)

    sweep_all()
    sweep_all()

    assert acme.again(change).status == "Ready"
    assert acme.events(change).count("change.validation_passed") == 1


def test_a_moved_head_voids_the_votes_above_it(acme: World) -> None:
    """From the event of the one merge, over the relay and a job, to the voters of the other change."""
    base = acme.open(by=acme.eve, environment="test")
    acme.stage(base, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    _merged(acme, base)
    mine, theirs = (acme.open(title, by=acme.eve, environment="test") for title in ("Mine", "Theirs"))
    for change, value in ((mine, "Mine"), (theirs, "Theirs")):
        acme.stage(change, "set_attribute", {"attribute": "description", "value": value}, on="task", by=acme.eve)
    ready = acme.check_in(mine)
    acme.give("change.approve", mine.pk, digest=ready.approval_digest)

    _merged(acme, theirs)
    sweep_all()

    again = acme.again(mine)
    assert again.status == "Ready"
    assert again.approval_digest != ready.approval_digest
    assert again.plan["conflicts"]
    assert acme.events(mine)[-2:] == ["change.replanned", "change.votes_voided"]
    assert left(acme)[0] == 0


def _merged(of: World, change: Any) -> None:
    ready = of.check_in(change)
    of.give("change.approve", change.pk, digest=ready.approval_digest)
    of.merge(change)
