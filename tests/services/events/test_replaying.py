"""What was put aside gets another chance from a person: timers, and events that no subscriber was told of."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.events.errors import NotQuarantined, TimerSetAgain
from apps.events.models import CommandRecord, Event, Outbox, Timer
from apps.events.services import sweeping
from apps.events.services.claims import MOST_ATTEMPTS
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, NotFound, PermissionDenied
from apps.tenancy.models import Principal, Tenant
from tests import log, people
from tests.services.events.sweeps import drain, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind of timer that sends an invitation again."""
    monkeypatch.setattr(hooks, "_timer_commands", dict(hooks._timer_commands))
    hooks.timer_kind("test.clock", "invitation.deliver")
    return "test.clock"


@pytest.fixture
def invitation(acme: Tenant, admin: Principal) -> UUID:
    with people.acting(admin, acme):
        made: UUID = dispatch("principal.invite", email="ivy@acme.example", name="Ivy").invitation.pk
    drain()
    return made


def stuck_timer(acme: Tenant, kind: str, subject: UUID, status: str = "quarantined") -> Timer:
    with people.reading(acme):
        return Timer.objects.create(
            kind=kind,
            subject_type="tenancy.invitation",
            subject_id=str(subject),
            correlation_id="nightly",
            caused_by=acme.pk,
            due_at=timezone.now() - timedelta(days=1),
            status=status,
            attempts=MOST_ATTEMPTS,
            last_error="It broke.",
        )


def test_a_replayed_timer_fires_once_and_is_on_record(
    acme: Tenant, admin: Principal, invitation: UUID, clock: str
) -> None:
    timer = stuck_timer(acme, clock, invitation)
    with people.acting(admin, acme):
        dispatch("timer.replay", timer.pk)
        with pytest.raises(NotQuarantined):
            dispatch("timer.replay", timer.pk)
    assert log.events(acme)[-1] == "timer.replayed"
    drain()

    with people.reading(acme):
        timer.refresh_from_db()
        (told,) = Event.objects.filter(event_type="timer.replayed")
        given = CommandRecord.objects.filter(name="invitation.deliver", outcome="accepted").count()
    assert (timer.status, timer.attempts, timer.last_error) == ("breached", 1, "")
    assert (told.resource_type, told.resource_id, told.actor_id) == ("events.timer", str(timer.pk), admin.pk)
    assert given == 2


def test_a_timer_that_was_set_again_since_is_not_replayed(
    acme: Tenant, admin: Principal, invitation: UUID, clock: str
) -> None:
    old, young = (stuck_timer(acme, clock, invitation, status) for status in ("quarantined", "pending"))
    with people.acting(admin, acme), pytest.raises(TimerSetAgain):
        dispatch("timer.replay", old.pk)

    with people.reading(acme):
        assert dict(Timer.objects.values_list("pk", "status")) == {old.pk: "quarantined", young.pk: "pending"}


def test_an_event_that_could_not_be_handed_over_says_why_and_is_handed_over_after_its_replay(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    name = "test." + "x" * 300
    hooks.subscriber(name, "project.created")(lambda event, *, actor, at: None)  # its delivery's key is too long
    with people.acting(admin, acme):
        dispatch("project.create", name="Desk")
    for _ in range(MOST_ATTEMPTS):
        sweep()
        with people.reading(acme):
            Outbox.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweeping.recover()
    with people.reading(acme):
        aside = list(Outbox.objects.all())
    assert {(row.status, row.attempts) for row in aside} == {("quarantined", MOST_ATTEMPTS)}
    assert all("value too long" in row.last_error for row in aside)

    seen: list[str] = []
    del subscribers[name]
    hooks.subscriber("test.mended", "project.created")(lambda event, *, actor, at: seen.append(event.event_type))
    (row,) = (row for row in aside if row.event_type == "project.created")
    with people.acting(admin, acme):
        dispatch("outbox.replay", row.pk)
        with pytest.raises(NotQuarantined):
            dispatch("outbox.replay", row.pk)
    drain()

    assert seen == ["project.created"]
    with people.acting(admin, acme), pytest.raises(NotFound):
        dispatch("outbox.replay", row.pk)


@pytest.mark.parametrize("name", ["timer.replay", "outbox.replay"])
def test_replaying_is_for_administrators_who_are_people(acme: Tenant, admin: Principal, name: str) -> None:
    """EC-INV-R1: refused before the row is looked for."""
    editor, bot = people.person(acme, "Eve", roles=["Editor"]), people.agent(acme, admin, roles=["Admin"])
    for actor, refusal in ((editor, PermissionDenied), (bot, AgentNotAllowed)):
        with people.acting(actor, acme), pytest.raises(refusal):
            dispatch(name, acme.pk)
