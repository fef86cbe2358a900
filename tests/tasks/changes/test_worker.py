"""A validation survives the loss of the broker and the death of its worker, and happens once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.changes.models import Change
from apps.events.models import Job
from tests.changing import World, world
from tests.tasks import workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def itsm() -> Iterator[World]:
    workers.wipe_broker()
    made = world()
    made.define("incident", "summary")
    yield made
    workers.wipe_broker()


def checked_in(of: World) -> Change:
    change = of.open()
    of.add_field(change, "urgency")
    of.give("change.check_in", change.pk)
    return change


def job_of(of: World, change: Change) -> Job:
    with of.reading():
        return Job.objects.get(command="change.validate", target=str(change.pk))


def test_a_wiped_broker_loses_no_validation(itsm: World) -> None:
    """The message is gone before any worker saw it; the sweep finds the row."""
    change = checked_in(itsm)
    assert workers.wipe_broker() > 0

    with workers.running(workers.worker()), workers.running(workers.beat()):
        workers.wait_until(lambda: itsm.again(change).status == "Ready", "the change becomes Ready")

    assert itsm.events(change).count("change.validated") == 1
    assert job_of(itsm, change).status == "done"


def test_a_worker_killed_in_the_middle_neither_loses_nor_repeats_the_validation(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    with workers.running(workers.worker()) as doomed, workers.running(workers.beat()):
        itsm.give("change.check_in", change.pk)
        with itsm.reading(), connection.cursor() as cursor:
            # The validation has begun and waits for the row this transaction holds.
            cursor.execute("select 1 from changes_change where id = %s for update", [change.pk])
            workers.wait_until(_somebody_waits, "a worker waits for the row")
            workers.kill(doomed)
        assert itsm.again(change).status == "Validating"
        assert job_of(itsm, change).attempts == 1

        with itsm.reading():
            past = timezone.now() - timedelta(seconds=1)
            Job.objects.filter(command="change.validate", target=str(change.pk)).update(lease_until=past)
        with workers.running(workers.worker()):
            workers.wait_until(lambda: itsm.again(change).status == "Ready", "another worker validates it")

    job = job_of(itsm, change)
    assert (job.status, job.attempts) == ("done", 2)
    assert itsm.events(change).count("change.validated") == 1


def _somebody_waits() -> bool:
    """Whether another connection waits for this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])
