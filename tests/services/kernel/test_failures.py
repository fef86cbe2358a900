"""What the database can do to a command, and what is left of it then."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg.errors
import pytest
from django.db import IntegrityError, OperationalError, connection

from apps.events.models import CommandRecord, Event, Job
from apps.events.services import sweeping
from apps.events.services.claims import claim
from apps.kernel.dispatch import DEADLOCK_ATTEMPTS, AlreadyExists, dispatch
from apps.kernel.errors import LeaseLost
from apps.kernel.unit import Claim
from apps.tenancy.models import Principal, Project, Tenant
from tests import people

pytestmark = pytest.mark.django_db(transaction=True)


def before_the_insert(act: Callable[[int], None]) -> Callable[..., Any]:
    """An execute wrapper that acts before each insert of a project, told the how many-eth it is."""
    seen = 0

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal seen
        if sql.startswith('INSERT INTO "tenancy_project"'):
            seen += 1
            act(seen)
        return execute(sql, params, many, context)

    return wrapper


def deadlock(_seen: int) -> None:
    raise OperationalError("deadlock detected") from psycopg.errors.DeadlockDetected("deadlock detected")


def records(acme: Tenant) -> list[tuple[str, str]]:
    with people.reading(acme):
        return list(CommandRecord.objects.filter(name="project.create").values_list("outcome", "reason_code"))


def test_a_command_that_met_a_deadlock_is_given_again_and_leaves_one_record(acme: Tenant, admin: Principal) -> None:
    def once(seen: int) -> None:
        if seen == 1:
            deadlock(seen)

    with people.acting(admin, acme), connection.execute_wrapper(before_the_insert(once)):
        dispatch("project.create", name="Desk", key="desk")

    assert records(acme) == [("accepted", "")]
    with people.reading(acme):
        assert Event.objects.filter(event_type="project.created").count() == 1


def test_a_deadlock_that_does_not_end_is_not_tried_for_ever(acme: Tenant, admin: Principal) -> None:
    tried: list[int] = []

    def always(seen: int) -> None:
        tried.append(seen)
        deadlock(seen)

    with (
        people.acting(admin, acme),
        connection.execute_wrapper(before_the_insert(always)),
        pytest.raises(OperationalError),
    ):
        dispatch("project.create", name="Desk", key="desk")

    assert tried == list(range(1, DEADLOCK_ATTEMPTS + 1))
    assert records(acme) == []


def test_losing_a_race_for_a_unique_key_is_a_conflict_and_recorded(acme: Tenant, admin: Principal) -> None:
    """The service looked, nobody was there; before it wrote, another request was faster."""

    def taken(_seen: int) -> None:
        raise IntegrityError("duplicate key") from psycopg.errors.UniqueViolation("duplicate key")

    with (
        people.acting(admin, acme),
        connection.execute_wrapper(before_the_insert(taken)),
        pytest.raises(AlreadyExists) as refused,
    ):
        dispatch("project.create", name="Desk", key="desk")

    assert refused.value.status == 409
    assert records(acme) == [("rejected", "ALREADY_EXISTS")]
    with people.reading(acme):
        assert not Project.objects.filter(key="desk").exists()


def test_another_broken_constraint_is_a_fault_of_ours_and_not_a_conflict(acme: Tenant, admin: Principal) -> None:
    def broken(_seen: int) -> None:
        raise IntegrityError("check") from psycopg.errors.CheckViolation("check")

    with (
        people.acting(admin, acme),
        connection.execute_wrapper(before_the_insert(broken)),
        pytest.raises(IntegrityError),
    ):
        dispatch("project.create", name="Desk", key="desk")

    assert records(acme) == []


def test_a_job_refused_for_good_is_not_tried_again(acme: Tenant) -> None:
    with people.reading(acme):
        job = Job.objects.create(
            command="change.validate", target=str(uuid4()), inputs={}, correlation_id="c", caused_by=acme.pk
        )
    for _ in range(3):
        sweeping.sweep(stopping=lambda: False)

    with people.reading(acme):
        job.refresh_from_db()
    assert (job.status, job.attempts, job.last_error) == ("rejected", 1, "NOT_FOUND")


def test_what_was_done_under_a_lost_lease_is_undone(acme: Tenant, admin: Principal) -> None:
    """The fence is checked last, with the effect: a worker that was too slow has written nothing."""
    with people.reading(acme):
        Job.objects.create(command="change.validate", inputs={}, correlation_id="c", caused_by=acme.pk)
    (mine,) = [row for row in claim("job", batch=50, lease_seconds=60) if row.tenant_id == acme.pk]

    with people.acting(admin, acme), pytest.raises(LeaseLost):
        dispatch("project.create", name="Desk", key="desk", claim=Claim("job", mine.id, mine.fence - 1))

    assert records(acme) == []
    with people.reading(acme):
        assert not Project.objects.filter(key="desk").exists()
