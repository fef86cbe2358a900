"""Clocks: a reminder, an escalation, a deadline; struck twice, late or after the end they do nothing."""

from datetime import timedelta

import pytest

from apps.approvals.models import Request
from apps.changes.models import Change
from apps.events.models import Timer
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import PermissionDenied
from tests.services.approvals.conftest import Desk
from tests.services.events.sweeps import drain

CLOCKS = ("approval.remind", "approval.escalate", "approval.expire")


@pytest.fixture
def change(desk: Desk) -> Change:
    return desk.ready("prod")


def strike(desk: Desk, change: Change, clock: str) -> None:
    with desk.as_system():
        dispatch(clock, desk.latest(change).pk)


def pass_days(desk: Desk, change: Change, days: float) -> None:
    """Let time pass over a request."""
    request = desk.latest(change)
    back = timedelta(days=days)
    with desk.reading():
        Request.objects.filter(pk=request.pk).update(
            opened_at=request.opened_at - back, asked_at=request.asked_at - back, due_at=request.due_at - back
        )
        for timer in Timer.objects.filter(subject_id=str(request.pk), status="pending"):
            Timer.objects.filter(pk=timer.pk).update(due_at=timer.due_at - back)


def test_a_reminder_goes_to_those_who_can_still_help(desk: Desk, change: Change) -> None:
    desk.approve(change, by=desk.ada)
    pass_days(desk, change, 1)
    for _twice in range(2):
        strike(desk, change, "approval.remind")

    assert [desk.told(person) for person in (desk.ada, desk.ben, desk.cleo, desk.eve)] == [
        [], ["approval.reminded"], [], []
    ]  # fmt: skip


def test_a_reminder_reaches_who_stands_in(desk: Desk, change: Change) -> None:
    desk.approve(change, by=desk.ada)
    desk.lend(desk.ben, desk.cleo)
    pass_days(desk, change, 1)
    strike(desk, change, "approval.remind")

    assert desk.told(desk.cleo) == ["delegation.created", "approval.reminded"]


def test_an_escalation_goes_to_owners_and_authors(desk: Desk, change: Change) -> None:
    pass_days(desk, change, 2)
    for _twice in range(2):
        strike(desk, change, "approval.escalate")

    assert [desk.told(person) for person in (desk.ada, desk.ben, desk.cleo, desk.eve)] == [
        [], ["approval.escalated"], [], ["approval.escalated"]
    ]  # fmt: skip


def test_nobody_decided_in_time(desk: Desk, change: Change) -> None:
    """The change goes back into work, its votes are void, and everybody concerned hears of it."""
    desk.approve(change, by=desk.ada)
    pass_days(desk, change, 7)
    for _twice in range(2):
        strike(desk, change, "approval.expire")

    request = desk.latest(change)
    assert (request.status, request.outcome) == ("closed", "expired")
    assert desk.again(change).status == "Implementing"
    assert desk.said(change) == [(desk.ada.pk, "approve", False)]
    assert desk.told(desk.ada) == ["approval.votes_voided"]
    assert desk.told(desk.eve) == ["approval.expired"]
    assert desk.events(change)[-2:] == ["change.votes_voided", "change.withdrawn"]
    assert desk.check_in(change).status == "Ready"
    assert desk.missing(change) == 2


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_that_strikes_too_early_does_nothing(desk: Desk, change: Change, clock: str) -> None:
    """A late delivery of a clock that was moved is one."""
    strike(desk, change, clock)

    request = desk.latest(change)
    assert (request.status, request.reminded_at, request.escalated_at) == ("open", None, None)
    assert desk.told(desk.ben) == []


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_that_strikes_after_the_end_does_nothing(desk: Desk, change: Change, clock: str) -> None:
    """metadata.md section 8: a leftover timer resumed an approved pause twice (Kestra #18507)."""
    desk.give("change.withdraw", change.pk)
    pass_days(desk, change, 8)
    before = (desk.latest(change).outcome, desk.events(change), desk.told(desk.ben))
    strike(desk, change, clock)

    assert (desk.latest(change).outcome, desk.events(change), desk.told(desk.ben)) == before
    assert desk.again(change).status == "Implementing"


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_has_its_approvals_is_left_alone(desk: Desk, change: Change, clock: str) -> None:
    desk.approve(change, by=desk.ada)
    desk.approve(change, by=desk.ben)
    pass_days(desk, change, 8)
    strike(desk, change, clock)

    assert desk.latest(change).status == "met"
    assert desk.told(desk.cleo) == []
    assert desk.merge(change).change.status == "Merged"


def test_a_deadline_does_not_outrun_rights_that_came_back(desk: Desk, change: Change) -> None:
    """What decides is counted when the clock strikes."""
    desk.approve(change, by=desk.ada)
    desk.approve(change, by=desk.ben)
    request = desk.latest(change)
    with desk.reading():
        Request.objects.filter(pk=request.pk).update(status="open", met_at=None)
    pass_days(desk, change, 8)
    strike(desk, change, "approval.expire")

    assert desk.again(change).status == "Ready"
    assert desk.latest(change).status == "met"
    desk.give("change.withdraw_approval", change.pk, by=desk.ada)
    assert desk.timers(request.pk) == sorted(CLOCKS), "Asked again, it can expire again."


def test_people_do_not_strike_clocks(desk: Desk, change: Change) -> None:
    for clock in CLOCKS:
        with pytest.raises(PermissionDenied):
            desk.give(clock, desk.latest(change).pk)


def test_the_worker_strikes_all_three(desk: Desk, change: Change) -> None:
    """By way of the timers' rows, whatever became of the broker; an expiry does not stop its own clock."""
    pass_days(desk, change, 8)
    drain()

    request = desk.latest(change)
    assert request.outcome == "expired"
    assert desk.again(change).status == "Implementing"
    with desk.reading():
        timers = Timer.objects.filter(subject_id=str(request.pk))
        assert {timer.status for timer in timers} <= {"breached", "completed"}
        assert timers.get(kind="approval.expire").status == "breached"
