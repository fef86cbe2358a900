"""Events reach their subscribers and jobs reach their worker: at least once, in effect once, whatever breaks."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from apps.events.errors import AlreadyReplayed, NotQuarantined
from apps.events.models import CommandRecord, Event, Job, Outbox, Timer
from apps.events.services import sweeping
from apps.events.services.claims import MOST_ATTEMPTS, claim
from apps.events.services.work import work_on, work_through
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, DomainError
from apps.kernel.scope import Actor, scope_transaction
from apps.kernel.unit import emit, start_timer, stop_timer
from apps.tenancy.models import Principal, Project, Tenant
from tests import people
from tests.services.events.sweeps import drain, jobs, make_due, renamed

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_reaches_each_subscriber_once_however_often_it_is_delivered(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """AT-012, AT-013"""
    seen: list[tuple[str, str]] = []
    for name in ("test.first", "test.second"):

        def note(event: Event, *, actor: Actor, at: Any, name: str = name) -> None:
            seen.append((name, event.event_type))

        hooks.subscriber(name, "project.renamed")(note)
    renamed(admin, acme)
    with people.reading(acme):
        told = list(Outbox.objects.values("pk", "event_type", "tenant_id"))
    drain()
    with people.reading(acme):
        for row in told:  # the relay died after its work: the same rows come again
            Outbox.objects.create(**row)
    drain()

    assert sorted(seen) == [("test.first", "project.renamed"), ("test.second", "project.renamed")]
    assert {job.status for job in jobs(acme)} == {"done"}


def test_a_failing_subscriber_stops_neither_the_other_nor_the_command(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """EC-INV-O2"""
    seen: list[UUID] = []

    def breaks(event: Event, *, actor: Actor, at: Any) -> None:
        raise ZeroDivisionError("on purpose")

    hooks.subscriber("test.breaks", "project.renamed")(breaks)
    hooks.subscriber("test.works", "project.renamed")(lambda event, *, actor, at: seen.append(event.pk))
    renamed(admin, acme)
    drain()

    assert len(seen) == 1
    by_name = {job.inputs["subscriber"]: job for job in jobs(acme)}
    assert (by_name["test.works"].status, by_name["test.breaks"].status) == ("done", "pending")
    assert by_name["test.breaks"].last_error == "ZeroDivisionError: on purpose"


def test_what_a_subscriber_wrote_before_it_failed_is_gone(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    def half(event: Event, *, actor: Actor, at: Any) -> None:
        Project.objects.update(description="half done")
        emit("job.replayed", subject=event, actor=actor, at=at, payload={"command": "x"})
        raise ZeroDivisionError

    hooks.subscriber("test.half", "project.renamed")(half)
    renamed(admin, acme)
    drain()

    with people.reading(acme):
        assert not Project.objects.filter(description="half done").exists()
        assert not Event.objects.filter(event_type="job.replayed").exists()


def poisoned(acme: Tenant, admin: Principal, said: str = "poison") -> Job:
    def breaks(event: Event, *, actor: Actor, at: Any) -> None:
        raise ZeroDivisionError(said)

    hooks.subscriber("test.poison", "project.renamed")(breaks)
    renamed(admin, acme)
    for _ in range(MOST_ATTEMPTS + 1):
        drain()
        make_due(acme)
    return jobs(acme)[0]


def test_poison_is_put_aside_after_three_attempts_with_its_error(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    job = poisoned(acme, admin)

    assert (job.status, job.attempts, job.last_error) == ("quarantined", 3, "ZeroDivisionError: poison")


def test_an_error_that_no_text_column_takes_is_kept_as_well_as_it_can_be(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """Keeping it must not break too: the sweep would end there each time, for all tenants."""
    job = poisoned(acme, admin, said="NUL \0 and half a pair \ud800")

    expected = "ZeroDivisionError: NUL \N{REPLACEMENT CHARACTER} and half a pair ?"
    assert (job.status, job.attempts, job.last_error) == ("quarantined", 3, expected)


def test_a_quarantined_job_is_replayed_once_and_by_a_person(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    job = poisoned(acme, admin)
    seen: list[UUID] = []
    hooks.subscriber("test.poison", "project.renamed")(lambda event, *, actor, at: seen.append(event.pk))

    agent = people.agent(acme, admin, roles=["Admin"])
    with people.acting(agent, acme), pytest.raises(AgentNotAllowed):
        dispatch("job.replay", job.pk)
    assert jobs(acme)[0].status == "quarantined"

    with people.acting(admin, acme):
        dispatch("job.replay", job.pk)
        with pytest.raises(NotQuarantined):
            dispatch("job.replay", job.pk)
    drain()
    assert (len(seen), jobs(acme)[0].status) == (1, "done")


def test_a_job_that_fails_again_after_its_replay_is_not_replayed_twice(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    job = poisoned(acme, admin)
    with people.acting(admin, acme):
        dispatch("job.replay", job.pk)
    for _ in range(MOST_ATTEMPTS + 1):
        drain()
        make_due(acme)

    assert jobs(acme)[0].status == "quarantined"
    with people.acting(admin, acme), pytest.raises(AlreadyReplayed):
        dispatch("job.replay", job.pk)


def claimed_job(acme: Tenant, admin: Principal, seen: list[UUID]) -> Any:
    hooks.subscriber("test.work", "project.renamed")(lambda event, *, actor, at: seen.append(event.pk))
    renamed(admin, acme)
    sweeping.relay(claim("outbox", batch=100, lease_seconds=60))
    mine = claim("job", batch=100, lease_seconds=60)
    wanted = {job.pk for job in jobs(acme)}
    return next(row for row in mine if row.id in wanted)


def expire_leases(tenant: Tenant) -> None:
    with people.reading(tenant):
        Job.objects.filter(status="pending").update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_worker_that_died_after_the_claim_loses_nothing(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    seen: list[UUID] = []
    claimed_job(acme, admin, seen)
    drain()
    assert seen == []  # leased to the dead worker

    expire_leases(acme)
    drain()
    assert (len(seen), jobs(acme)[0].status) == (1, "done")


def test_a_worker_that_wakes_up_after_its_lease_cannot_write(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """The fence is checked in the transaction of the effect: the zombie's work is rolled back."""
    seen: list[UUID] = []
    zombie = claimed_job(acme, admin, seen)
    expire_leases(acme)
    (other,) = [row for row in claim("job", batch=100, lease_seconds=60) if row.id == zombie.id]
    assert other.fence == zombie.fence + 1

    with people.reading(acme):
        before = CommandRecord.objects.count()
    work_on(zombie)
    with people.reading(acme):
        assert CommandRecord.objects.count() == before
    assert jobs(acme)[0].status == "pending"

    work_on(other)
    assert jobs(acme)[0].status == "done"


def test_a_job_that_kills_its_worker_three_times_is_quarantined(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """Attempts are committed before the attempt, so that a death counts."""
    seen: list[UUID] = []
    claimed_job(acme, admin, seen)
    for _ in range(MOST_ATTEMPTS):
        expire_leases(acme)
        claim("job", batch=100, lease_seconds=60)
    expire_leases(acme)
    sweeping.recover()

    job = jobs(acme)[0]
    assert (job.status, job.last_error) == ("quarantined", "The worker died during every attempt.")
    assert seen == []


def test_a_stopping_worker_gives_back_what_it_has_not_begun(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    seen: list[UUID] = []
    mine = claimed_job(acme, admin, seen)

    assert work_through([mine], stopping=lambda: True) == 0

    job = jobs(acme)[0]
    assert (job.attempts, job.lease_until, job.status, seen) == (0, None, "pending", [])


def test_two_sweeps_at_once_work_on_each_job_once(acme: Tenant, admin: Principal, subscribers: dict[str, Any]) -> None:
    seen: list[UUID] = []
    hooks.subscriber("test.work", "project.created")(lambda event, *, actor, at: seen.append(event.pk))
    for number in range(12):
        with people.acting(admin, acme):
            dispatch("project.create", name=f"Project {number}")

    def run() -> None:
        drain()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == 12


def test_a_batch_is_shared_fairly_between_tenants(acme: Tenant, admin: Principal) -> None:
    globex = people.tenant("globex")
    drain()
    rows = {acme: 50, globex: 2}
    for tenant, count in rows.items():
        with people.reading(tenant):
            for number in range(count):
                Job.objects.create(
                    command="job.replay", inputs={}, correlation_id="c", caused_by=tenant.pk, dedupe_key=f"n{number}"
                )

    claimed = claim("job", batch=10, lease_seconds=60)

    by_tenant = [row.tenant_id for row in claimed]
    assert (by_tenant.count(acme.pk), by_tenant.count(globex.pk)) == (5, 2)


def test_a_rolled_back_command_leaves_no_event_no_outbox_row_and_no_job(acme: Tenant, admin: Principal) -> None:
    """AT-012"""
    with people.acting(admin, acme):
        project = dispatch("project.create", name="Desk", key="desk")
    drain()
    with people.reading(acme):
        before = (Event.objects.count(), Outbox.objects.count(), Job.objects.count())
    with people.acting(admin, acme), pytest.raises(DomainError):
        dispatch("project.create", name="Desk", key=project.key)

    with people.reading(acme):
        assert (Event.objects.count(), Outbox.objects.count(), Job.objects.count()) == before


def test_the_log_refuses_update_and_delete(acme: Tenant) -> None:
    """AT-007"""
    for statement in ("update events_event set event_type = 'x'", "delete from events_event", "truncate events_event"):
        with (
            people.reading(acme),
            pytest.raises(ProgrammingError, match="permission denied"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_claim_functions_show_other_tenants_only_as_ids(acme: Tenant, admin: Principal) -> None:
    with people.acting(admin, acme), scope_transaction(), connection.cursor() as cursor:
        cursor.execute("select * from ec3l_claim_outbox(1, interval '1 second')")
        assert [column.name for column in cursor.description] == ["id", "tenant_id", "fence"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of timer that sends an invitation again."""
    monkeypatch.setattr(hooks, "_timer_commands", dict(hooks._timer_commands))
    hooks.timer_kind("test.clock", "invitation.deliver")
    return "test.clock"


def invite(acme: Tenant, admin: Principal, act: Any) -> None:
    """Invite somebody, with a subscriber (it runs inside a command) that sets a timer on the invitation."""

    def set_timer(event: Event, *, actor: Actor, at: Any) -> None:
        act((event.resource_type, event.resource_id), at)

    hooks.subscriber("test.timer", "principal.invited")(set_timer)
    with people.acting(admin, acme):
        dispatch("principal.invite", email="ivy@acme.example", name="Ivy")
    drain()


def test_a_due_timer_gives_its_command_once(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any], clock: str, mailoutbox: list[Any]
) -> None:
    invite(acme, admin, lambda subject, at: start_timer(clock, subject, at))
    drain()

    with people.reading(acme):
        (timer,) = Timer.objects.all()
        given = CommandRecord.objects.filter(name="invitation.deliver", outcome="accepted").count()
    assert (timer.status, timer.attempts, timer.last_error) == ("breached", 1, "")
    assert given == 2


def test_a_moved_timer_stays_one_and_a_stopped_one_never_fires(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any], clock: str, mailoutbox: list[Any]
) -> None:
    def move_then_stop(subject: Any, at: Any) -> None:
        start_timer(clock, subject, at)
        start_timer(clock, subject, at + timedelta(hours=1))
        stop_timer(clock, subject)

    invite(acme, admin, move_then_stop)
    drain()

    with people.reading(acme):
        (timer,) = Timer.objects.all()
        assert (timer.status, timer.attempts) == ("completed", 0)
        assert CommandRecord.objects.filter(name="invitation.deliver").count() == 1
