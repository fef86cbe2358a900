"""Who decides, on every path; and each refusal moves nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from apps.approvals.core.requirement import Requirement, Seats
from apps.approvals.errors import AlreadyVoted, NoOpenRequest, NoStandingVote, OnlyPeopleVote, OwnWork, RequestMoved
from apps.approvals.models import Vote
from apps.approvals.queries import standing_tally
from apps.approvals.services import cast_vote, keep_refusal, open_request
from apps.changes.errors import ApprovalMissing, SelfApproval, StaleDigest
from apps.changes.models import Change
from apps.changes.queries import SUBJECT
from apps.events.models import CommandRecord
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, IllegalTransition, NotFound, PermissionDenied
from apps.kernel.hooks import subscribers_of
from apps.tenancy.models import Membership, Principal
from tests import people
from tests.services.approvals.conftest import Desk

DECISIONS = ("approve", "deny", "request_changes")


@pytest.fixture
def change(desk: Desk) -> Change:
    return desk.ready()


def state(desk: Desk, change: Change) -> tuple[object, ...]:
    """All that a refused decision may not move."""
    request = desk.latest(change)
    now = desk.again(change)
    kept = (now.status, now.archived_at, now.denied_at, now.approval_digest)
    return (*kept, request.status, tuple(request.wanted), request.due_at, tuple(desk.said(change)), desk.events(change))


def decide(desk: Desk, change: Change, decision: str, *, by, from_inbox: bool):
    inputs = {"digest": change.approval_digest} if decision == "approve" else {"comment": "Not like this."}
    if from_inbox:
        return desk.give(f"approval.{decision}", desk.latest(change).pk, by=by, **inputs)
    return desk.give(f"change.{decision}", change.pk, by=by, **inputs)


@pytest.mark.parametrize("from_inbox", [False, True])
@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_decides_their_own_work_on_any_path(desk: Desk, decision: str, from_inbox: bool) -> None:
    """metadata.md section 8: self-approval refused in the page, allowed by the API (Bytebase #19142)."""
    agent = people.agent(desk.tenant, desk.ben)
    change = desk.open("Define task", by=desk.ada, environment="test")
    desk.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=agent)
    ready = desk.check_in(change)
    before = state(desk, ready)

    for author in (desk.ada, desk.ben):
        with pytest.raises(SelfApproval):
            decide(desk, ready, decision, by=author, from_inbox=from_inbox)

    assert state(desk, ready) == before


@pytest.mark.parametrize("from_inbox", [False, True])
@pytest.mark.parametrize("decision", DECISIONS)
def test_an_agent_or_a_service_decides_nothing_whatever_its_roles(
    desk: Desk,
    change: Change,
    decision: str,
    from_inbox: bool,
) -> None:
    """EC-INV-R1, EC-RBAC-009, XY-004."""
    before = state(desk, change)
    for machine in (
        people.agent(desk.tenant, desk.ada, roles=["Admin", "Owner"]),
        people.service(desk.tenant, desk.ada, roles=["Admin", "Owner"]),
    ):
        with pytest.raises(AgentNotAllowed):
            decide(desk, change, decision, by=machine, from_inbox=from_inbox)

    assert state(desk, change) == before


@pytest.mark.parametrize("from_inbox", [False, True])
@pytest.mark.parametrize("decision", DECISIONS)
def test_deciding_takes_the_permission_of_the_subject(
    desk: Desk,
    change: Change,
    decision: str,
    from_inbox: bool,
) -> None:
    other = people.person(desk.tenant, "Vic Viewer", roles=["Viewer", "Editor"])
    before = state(desk, change)

    with pytest.raises(PermissionDenied):
        decide(desk, change, decision, by=other, from_inbox=from_inbox)

    assert state(desk, change) == before


def test_a_decision_from_the_inbox_is_recorded_under_the_subjects_right(desk: Desk, change: Change) -> None:
    desk.give("approval.approve", desk.latest(change).pk, digest=change.approval_digest, comment="Good.")

    with desk.reading():
        record = CommandRecord.objects.get(name="approval.approve")
    assert (record.permission, record.decision) == ("change.approve", "allow")
    assert desk.said(change) == [(desk.ada.pk, "approve", True)]
    assert desk.merge(change).change.status == "Merged"


def test_another_digest_is_refused(desk: Desk, change: Change) -> None:
    before = state(desk, change)
    for decision in DECISIONS:
        inputs = {"digest": "0" * 64} | ({} if decision == "approve" else {"comment": "No."})
        with pytest.raises(StaleDigest) as refused:
            desk.give(f"change.{decision}", change.pk, **inputs)
        assert refused.value.details["current"] == change.approval_digest

    assert state(desk, change) == before


def test_a_vote_is_given_once_and_taken_back_once(desk: Desk, change: Change) -> None:
    desk.approve(change)
    before = state(desk, change)
    with pytest.raises(AlreadyVoted):
        desk.approve(change)
    with pytest.raises(NoStandingVote):
        desk.give("approval.withdraw", desk.latest(change).pk, by=desk.ben)
    assert state(desk, change) == before

    desk.give("approval.withdraw", desk.latest(change).pk)
    with pytest.raises(NoStandingVote):
        desk.give("change.withdraw_approval", change.pk)
    assert desk.said(change) == [(desk.ada.pk, "approve", False)]


def test_what_is_closed_is_not_decided_again(desk: Desk, change: Change) -> None:
    desk.give("change.withdraw", change.pk)
    before = state(desk, change)

    for decision in DECISIONS:
        with pytest.raises(NoOpenRequest):
            decide(desk, change, decision, by=desk.ben, from_inbox=True)
        with pytest.raises(IllegalTransition):
            decide(desk, change, decision, by=desk.ben, from_inbox=False)
    with pytest.raises(NotFound):
        desk.give("approval.approve", change.pk, digest=change.approval_digest)

    assert state(desk, change) == before


def test_the_service_itself_refuses_what_a_subject_forgot_to(desk: Desk, change: Change) -> None:
    """A later subject's service may forget a check: a vote is kept honest below it."""
    agent = people.agent(desk.tenant, desk.ada)
    cast = partial(cast_vote, SUBJECT, change.pk, evidence={})
    refuse = partial(
        keep_refusal,
        SUBJECT,
        change.pk,
        decision="deny",
        digest="0" * 64,
        comment="No.",
        authors=[desk.eve.pk],
        evidence={},
    )
    tried = [
        (cast, desk.eve.actor, change.approval_digest, OwnWork),
        (cast, agent.actor, change.approval_digest, OnlyPeopleVote),
        (cast, desk.ada.actor, "0" * 64, RequestMoved),
    ]
    for call, actor, digest, error in tried:
        with pytest.raises(error), desk.working() as (_system, at, _unit):
            call(digest=digest, actor=actor, at=at)
    for actor, error in ((desk.eve.actor, OwnWork), (agent.actor, OnlyPeopleVote)):
        with pytest.raises(error), desk.working() as (_system, at, _unit):
            refuse(actor=actor, at=at)

    assert desk.said(change) == []


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("kind", ["agent", "human"])
def test_the_database_refuses_the_decision_of_an_agent(desk: Desk, change: Change, kind: str, decision: str) -> None:
    """EC-INV-R1: neither as an agent, nor with an agent passed off as human."""
    agent = people.agent(desk.tenant, desk.ada)

    with pytest.raises(IntegrityError), desk.reading():
        Vote.objects.create(
            subject_type=SUBJECT, subject_id=change.pk, digest="0" * 64, voter_id=agent.pk, voter_kind=kind,
            decision=decision, comment="No.", cast_at=change.created_at,
        )  # fmt: skip


def test_the_database_wants_a_reason_for_a_refusal(desk: Desk, change: Change) -> None:
    with pytest.raises(IntegrityError), desk.reading():
        Vote.objects.create(
            subject_type=SUBJECT, subject_id=change.pk, digest="0" * 64, voter_id=desk.ada.pk, decision="deny",
            cast_at=change.created_at,
        )  # fmt: skip


# Votes that stop counting.


def removed(desk: Desk) -> None:
    desk.give("membership.remove", Membership.objects.get(tenant=desk.tenant, principal=desk.ben).pk)


def without_admin(desk: Desk) -> None:
    for role in ("Admin", "Owner"):
        desk.give("role.unassign", desk.ben.pk, role_id=people.role_id(desk.tenant, role))


def without_permission(desk: Desk) -> None:
    for role in ("Admin", "Owner"):
        desk.give("role.revoke_permission", people.role_id(desk.tenant, role), permission_id="change.approve")


def with_a_disabled_role(desk: Desk) -> None:
    """Ben approved as an Admin, and now is only what a role says that is disabled."""
    role = desk.give("role.create", name="Release")
    desk.give("role.grant_permission", role.pk, permission_id="change.approve")
    people.assign(desk.tenant, desk.ben, "Release")
    without_admin(desk)
    desk.give("role.disable", role.pk)


def disabled(desk: Desk) -> None:
    Principal.objects.filter(pk=desk.ben.pk).update(is_active=False)


def whose_visit_is_over(desk: Desk) -> None:
    Membership.objects.filter(principal=desk.ben).update(expires_at=desk.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    "lose", [removed, without_admin, without_permission, with_a_disabled_role, disabled, whose_visit_is_over]
)
def test_the_vote_of_somebody_who_may_not_act_any_more_does_not_count(desk: Desk, change: Change, lose) -> None:
    """No merge without the required distinct humans: whoever lost membership, role or permission is none.

    Between the vote and the merge, whether or not anybody has counted anew.
    """
    desk.approve(change, by=desk.ben)
    assert desk.missing(change) == 0
    lose(desk)

    assert desk.missing(change) == 1
    assert desk.request(change).status == "met"
    with pytest.raises((ApprovalMissing, PermissionDenied)):
        desk.merge(change)
    desk.recount(desk.ben if lose is not without_permission else None)
    assert desk.request(change).status == "open"
    assert desk.said(change) == [(desk.ben.pk, "approve", True)]
    assert desk.again(change).status == "Ready"


def test_losing_a_role_empties_the_place_and_keeps_the_vote(desk: Desk) -> None:
    """Two people are still behind it, but none of them is an Owner any more."""
    change = desk.ready("prod")
    desk.approve(change, by=desk.ada)
    desk.approve(change, by=desk.ben)
    desk.give("role.unassign", desk.ben.pk, role_id=people.role_id(desk.tenant, "Owner"))

    assert desk.missing(change) == 1
    desk.recount(desk.ben)
    request = desk.request(change)
    assert (request.status, request.wanted) == ("open", ["role:Owner"])
    assert desk.told(desk.eve) == ["approval.met"]


def test_the_end_of_a_visit_has_what_the_visitor_approved_counted_anew(desk: Desk, change: Change) -> None:
    """An operator who visits votes, and is no member any more when the time is over."""
    Membership.objects.filter(principal=desk.ben).update(expires_at=desk.now() + timedelta(hours=1))
    desk.approve(change, by=desk.ben)
    request = desk.request(change)
    assert (request.status, desk.timers(request.pk)) == ("met", ["approval.visit_over"])

    def strike() -> tuple[str, int]:
        with desk.as_system():
            dispatch("approval.visit_over", request.pk)
        return desk.request(change).status, desk.missing(change)

    assert strike() == ("met", 0)  # the visit was made longer
    assert desk.timers(request.pk) == ["approval.visit_over"]
    Membership.objects.filter(principal=desk.ben).update(expires_at=desk.now() - timedelta(seconds=1))
    assert strike() == ("open", 1)
    assert strike() == ("open", 1)
    assert desk.said(change) == [(desk.ben.pk, "approve", True)]


@pytest.mark.parametrize(
    ("event", "subscriber"),
    [
        ("tenant.left", "approvals.recount_visitor"),
        ("role.assigned", "approvals.recount_person"),
        ("role.unassigned", "approvals.recount_person"),
        ("membership.removed", "approvals.recount_person"),
        ("team.member_removed", "approvals.recount_person"),
        ("role.disabled", "approvals.recount_all"),
        ("role.permission_revoked", "approvals.recount_all"),
        ("team.archived", "approvals.recount_all"),
    ],
)
def test_a_right_that_changes_has_the_requests_counted_anew(event: str, subscriber: str) -> None:
    assert subscriber in subscribers_of(event)


def test_who_fills_no_place_is_welcome_and_counts_for_nothing(desk: Desk) -> None:
    subject_id = desk.project.pk
    with desk.working() as (actor, at, _unit):
        owners = Requirement.of([Seats(("role:Owner",))])
        open_request(
            SUBJECT, subject_id, title="A thing", digest="a" * 64, requirement=owners, authors=[],
            permission="change.approve", actor=actor, at=at,
        )  # fmt: skip
        cast_vote(SUBJECT, subject_id, digest="a" * 64, evidence={}, actor=desk.cleo.actor, at=at)
        asked = {"digest": "a" * 64, "requirement": owners, "authors": [], "permission": "change.approve"}
        found = standing_tally(SUBJECT, subject_id, **asked)
        assert (found.voters, found.missing, found.wanted) == ((desk.cleo.pk,), 1, ("role:Owner",))
        assert standing_tally(SUBJECT, subject_id, **asked | {"digest": "b" * 64}).voters == ()
        assert standing_tally(SUBJECT, subject_id, **asked | {"authors": [desk.cleo.pk]}).voters == ()
        assert standing_tally(SUBJECT, subject_id, **asked | {"permission": "form.nothing"}).voters == ()
