"""Asking for approval: once for each subject, for one digest, and an end that everybody concerned hears of."""

from uuid import uuid4

import pytest
from django.db import IntegrityError

from apps.approvals.core.requirement import Requirement, Seats
from apps.approvals.errors import NoOpenRequest
from apps.approvals.models import Request
from apps.approvals.services import close_request, open_request
from apps.changes.queries import SUBJECT
from apps.kernel.dispatch import dispatch
from tests.changing import world
from tests.services.approvals.conftest import Desk

CLOCKS = ["approval.escalate", "approval.expire", "approval.remind"]


def test_the_machine_has_these_moves_and_no_others() -> None:
    moves = Request._meta.get_field("status").get_all_transitions(Request)

    assert sorted((move.name, str(move.source), str(move.target)) for move in moves) == [
        ("close", "met", "closed"),
        ("close", "open", "closed"),
        ("meet", "open", "met"),
        ("reopen", "met", "open"),
    ]


def test_a_ready_change_asks_for_what_its_environment_takes(desk: Desk) -> None:
    change = desk.ready("prod")
    request = desk.request(change)

    assert request is not None
    assert (request.digest, request.authors, request.seats.votes) == (change.approval_digest, [desk.eve.pk], 2)
    assert request.status == "open"
    assert set(request.wanted) == {"*", "role:Owner"}
    assert request.reasons, "The inbox has to say why."
    assert desk.timers(request.pk) == CLOCKS


def test_where_no_vote_is_needed_nobody_is_asked_and_nobody_votes(desk: Desk) -> None:
    change = desk.ready("dev")

    with pytest.raises(NoOpenRequest):
        desk.approve(change)

    assert desk.request(change) is None
    assert desk.said(change) == []
    assert desk.merge(change).change.status == "Merged"


def test_asking_again_for_the_same_changes_nothing(desk: Desk) -> None:
    change = desk.ready()
    desk.approve(change)
    before = desk.request(change)

    with desk.as_system():
        dispatch("change.replan", change.pk)
        dispatch("change.replan", change.pk)

    after = desk.request(change)
    assert (after.pk, after.status, after.asked_at) == (before.pk, "met", before.asked_at)
    assert desk.said(change) == [(desk.ada.pk, "approve", True)]


def ask(desk: Desk, subject_id, **asked):
    with desk.working() as (actor, at, unit):
        given = {
            "title": "A thing",
            "digest": "a" * 64,
            "requirement": Requirement.of([Seats()]),
            "authors": [desk.eve.pk],
            "permission": "change.approve",
        }
        request = open_request(SUBJECT, subject_id, **given | asked, actor=actor, at=at)
        return request, [event.name for event in unit.events], [(timer.kind, timer.due_at) for timer in unit.timers]


def test_another_digest_voids_the_votes_tells_the_voters_and_starts_the_clocks_anew(desk: Desk) -> None:
    """metadata.md section 8: an edit after approval kept the approval (Flagsmith #7056, Bytebase)."""
    change = desk.ready()
    desk.approve(change)
    before = desk.request(change)

    request, told, clocks = ask(
        desk, change.pk, digest="b" * 64, title=change.title, number=change.number, reason="policy_changed"
    )

    assert (request.pk, request.status, request.digest) == (before.pk, "open", "b" * 64)
    assert request.asked_at > before.asked_at
    assert told == ["approval.votes_voided", "change.votes_voided", "approval.renewed"]
    assert sorted(kind for kind, _due in clocks) == CLOCKS
    assert desk.said(change) == [(desk.ada.pk, "approve", False)]
    assert desk.told(desk.ada) == ["approval.votes_voided"]
    assert desk.told(desk.eve) == ["approval.met"]


def test_a_requirement_that_asks_for_more_is_another_question(desk: Desk) -> None:
    change = desk.ready()
    desk.approve(change)

    more = Requirement.of([Seats(count=2)])
    request, _told, _clocks = ask(desk, change.pk, digest=change.approval_digest, requirement=more)

    assert request.status == "open"
    assert desk.said(change) == [(desk.ada.pk, "approve", False)]


def test_a_requirement_of_nobody_ends_the_question(desk: Desk) -> None:
    change = desk.ready()

    nobody, told, clocks = ask(desk, change.pk, requirement=Requirement())

    assert nobody is None
    assert told == ["approval.closed"]
    assert clocks == [(kind, None) for kind in ("approval.remind", "approval.escalate", "approval.expire")]
    assert desk.latest(change).outcome == "superseded"


def test_a_deadline_of_a_policy_counts(desk: Desk) -> None:
    request, _told, _clocks = ask(desk, uuid4(), deadline_hours=5)

    assert (request.due_at - request.asked_at).total_seconds() == 5 * 3600


def test_one_request_is_open_for_a_subject(desk: Desk) -> None:
    """The database refuses a second one, whatever the code does."""
    change = desk.ready()
    request = desk.request(change)

    request.pk = uuid4()
    with pytest.raises(IntegrityError), desk.reading():
        request.save(force_insert=True)


def test_the_last_vote_meets_the_request_and_tells_its_authors(desk: Desk) -> None:
    change = desk.ready("prod")
    desk.approve(change, by=desk.ada)
    assert desk.request(change).wanted == ["role:Owner"]
    desk.approve(change, by=desk.ben)

    request = desk.request(change)
    assert (request.status, request.wanted) == ("met", [])
    assert desk.told(desk.eve) == ["approval.met"]
    assert desk.timers(request.pk) == []


def test_taking_a_vote_back_opens_the_request_again(desk: Desk) -> None:
    change = desk.ready()
    desk.approve(change)

    desk.give("change.withdraw_approval", change.pk)

    request = desk.request(change)
    assert (request.status, request.met_at, request.wanted) == ("open", None, ["*"])
    assert desk.timers(request.pk) == CLOCKS
    assert desk.said(change) == [(desk.ada.pk, "approve", False)]


def test_a_merge_ends_the_question_and_keeps_the_votes(desk: Desk) -> None:
    change = desk.ready()
    desk.approve(change)
    desk.merge(change)

    request = desk.latest(change)
    assert (request.status, request.outcome, request.closed_by_id) == ("closed", "merged", desk.ada.pk)
    assert desk.said(change) == [(desk.ada.pk, "approve", True)]
    assert desk.timers(request.pk) == []
    assert desk.told(desk.ada) == []


def test_a_withdrawn_change_asks_anew(desk: Desk) -> None:
    change = desk.ready()
    desk.approve(change)
    desk.give("change.withdraw", change.pk, by=desk.ben)
    first = desk.latest(change)
    again = desk.check_in(change)

    assert (first.status, first.outcome) == ("closed", "withdrawn")
    assert desk.request(again).pk != first.pk
    assert desk.missing(again) == 1
    assert desk.told(desk.ada) == ["approval.votes_voided"]


def test_ending_what_nobody_asked_does_nothing(desk: Desk) -> None:
    with desk.working() as (actor, at, unit):
        assert close_request(SUBJECT, uuid4(), outcome="merged", actor=actor, at=at) is None
        assert (unit.events, unit.timers) == ([], [])


def test_another_tenant_has_no_such_request(desk: Desk) -> None:
    change = desk.ready()
    request = desk.request(change)
    globex = world("globex")

    for name in ("approval.approve", "approval.deny", "approval.request_changes", "approval.withdraw"):
        inputs = {"approval.approve": {"digest": change.approval_digest}, "approval.withdraw": {}}
        with pytest.raises(Exception, match="no such object"):
            globex.give(name, request.pk, **inputs.get(name, {"comment": "No."}))

    with globex.reading():
        assert not Request.objects.exists()
    assert desk.said(change) == []
