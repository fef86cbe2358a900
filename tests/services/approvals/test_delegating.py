"""Standing in for somebody: a place is lent, for a time, to a person, and never by way of an author."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from apps.approvals.errors import AlreadyVoted, DelegationOver, DelegationOverlaps, NotADelegate, OnlyPeopleVote
from apps.approvals.models import Delegation, Vote
from apps.approvals.queries import tally_of_request
from apps.changes.errors import ApprovalMissing, SelfApproval
from apps.events.models import Job, Timer
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, InvalidInput, NotFound, PermissionDenied
from apps.tenancy.models import Membership
from tests import people
from tests.changing import world
from tests.services.approvals.conftest import Desk


def delegations(desk: Desk) -> int:
    with desk.reading():
        return Delegation.objects.count()


def age(desk: Desk, delegation: Delegation, by: timedelta) -> None:
    """Let time pass over a delegation."""
    with desk.reading():
        Delegation.objects.filter(pk=delegation.pk).update(
            starts_at=delegation.starts_at - by,
            ends_at=delegation.ends_at - by,
            created_at=delegation.created_at - by,
        )


def owned(desk: Desk):
    """A change for production that lacks its Owner: Ada has voted."""
    change = desk.ready("prod")
    desk.approve(change, by=desk.ada)
    return change


def test_who_stands_in_fills_the_place(desk: Desk) -> None:
    change = owned(desk)
    assert desk.waiting(desk.cleo) == []
    desk.lend(desk.ben, desk.cleo)

    assert desk.waiting(desk.cleo) == [change.pk]
    desk.approve(change, by=desk.cleo)

    assert desk.missing(change) == 0
    assert desk.merge(change).change.status == "Merged"
    assert desk.told(desk.cleo) == ["delegation.created"]


def test_a_token_that_may_not_vote_lends_no_place(desk: Desk) -> None:
    """Whoever finds the Owner's token for reading must not become the Owner among the approvers."""
    until = desk.now() + timedelta(days=1)
    for made_for in (set(), {"change.approve"}, {"policy.approve", "admin.view"}):
        reading = people.acting(desk.ben, desk.tenant, token_permissions=frozenset(made_for))
        with reading, pytest.raises(PermissionDenied):
            dispatch("delegation.create", delegate_id=desk.cleo.pk, ends_at=until)
    assert delegations(desk) == 0

    voting = frozenset({"change.approve", "policy.approve"})
    with people.acting(desk.ben, desk.tenant, token_permissions=voting):
        dispatch("delegation.create", delegate_id=desk.cleo.pk, ends_at=until)
    assert delegations(desk) == 1


def test_the_evidence_says_for_whom_somebody_stood_in(desk: Desk) -> None:
    change = owned(desk)
    desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)

    with desk.reading():
        vote = Vote.objects.get(subject_id=change.pk, voter=desk.cleo)
    assert vote.evidence["stands_in_for"] == [str(desk.ben.pk)]
    assert "role:Admin" in vote.evidence["subjects"]


def test_a_delegation_never_leads_to_the_author(desk: Desk) -> None:
    """metadata.md section 6: approvers can delegate, never to the author."""
    people.assign(desk.tenant, desk.eve, "Admin")
    change = owned(desk)
    desk.lend(desk.ben, desk.eve)

    with pytest.raises(SelfApproval):
        desk.approve(change, by=desk.eve)
    assert desk.waiting(desk.eve) == []
    assert desk.missing(change) == 1


def test_an_authors_place_is_worth_nothing_to_who_stands_in(desk: Desk) -> None:
    """Otherwise an Owner would approve their own work by another's hand."""
    change = desk.ready("prod", by=desk.ben)
    desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.ada)
    assert desk.waiting(desk.cleo) == []
    desk.approve(change, by=desk.cleo)

    assert desk.missing(change) == 1
    with pytest.raises(ApprovalMissing):
        desk.merge(change)


def test_a_delegation_is_not_passed_on(desk: Desk) -> None:
    dan = people.person(desk.tenant, "Dan Admin", roles=["Admin"])
    change = owned(desk)
    desk.lend(desk.ben, desk.cleo)
    desk.lend(desk.cleo, dan)
    assert desk.waiting(dan) == []
    desk.approve(change, by=dan)

    assert desk.missing(change) == 1


def test_a_place_is_lent_and_not_a_permission(desk: Desk) -> None:
    change = owned(desk)
    vera = people.person(desk.tenant, "Vera Viewer", roles=["Viewer"])
    desk.lend(desk.ben, vera)

    with pytest.raises(PermissionDenied):
        desk.approve(change, by=vera)
    assert desk.waiting(vera) == []
    assert desk.missing(change) == 1


def test_who_votes_in_person_takes_the_place_back(desk: Desk) -> None:
    """One place is one seat: an Owner and who stands in for them are not two Owners."""
    change = desk.ready("prod")
    desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)
    assert desk.missing(change) == 1
    desk.approve(change, by=desk.ben)

    assert desk.missing(change) == 0
    request = desk.request(change)
    with desk.reading():
        seated = {place.any_of: place.voter_id for place in tally_of_request(request).seated}
    assert seated == {("role:Owner",): desk.ben.pk, (): desk.cleo.pk}


def test_a_delegation_that_is_over_or_revoked_counts_no_more(desk: Desk) -> None:
    change = owned(desk)
    made = desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)
    assert desk.request(change).status == "met"

    age(desk, made, timedelta(days=4))
    assert desk.missing(change) == 1
    with pytest.raises(ApprovalMissing):
        desk.merge(change)
    with pytest.raises(DelegationOver):
        desk.give("delegation.revoke", made.pk, by=desk.ben)
    with desk.as_system():
        dispatch("delegation.turn", made.pk)
    desk.recount(desk.cleo)
    assert desk.request(change).status == "open"

    again = desk.lend(desk.ben, desk.cleo)
    assert desk.missing(change) == 0
    desk.give("delegation.revoke", again.pk, by=desk.ben)
    assert desk.missing(change) == 1
    with pytest.raises(DelegationOver):
        desk.give("delegation.revoke", again.pk, by=desk.ben)
    assert desk.told(desk.cleo) == ["delegation.created", "delegation.created", "delegation.revoked"]


def test_a_place_taken_back_between_vote_and_merge_is_empty(desk: Desk) -> None:
    """By the one who lent it, with nobody having counted anew."""
    change = owned(desk)
    made = desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)
    desk.give("delegation.revoke", made.pk, by=desk.ben)

    assert desk.request(change).status == "met"
    with pytest.raises(ApprovalMissing) as refused:
        desk.merge(change)
    assert refused.value.details == {
        "required": 2, "given": 2, "missing": [{"count": 1, "any_of": ["role:Owner"]}]
    }  # fmt: skip

    desk.approve(change, by=desk.ben)
    assert desk.merge(change).change.status == "Merged"


def test_a_delegation_that_has_not_begun_does_not_count(desk: Desk) -> None:
    change = owned(desk)
    starts_at = desk.now() + timedelta(days=1)
    made = desk.lend(desk.ben, desk.cleo, starts_at=starts_at)

    assert desk.missing(change) == 1
    assert desk.waiting(desk.cleo) == []
    assert desk.timers(made.pk) == ["delegation.begin", "delegation.end"]
    age(desk, made, timedelta(days=1))
    assert desk.waiting(desk.cleo) == [change.pk]


def test_who_left_lends_nothing(desk: Desk) -> None:
    change = owned(desk)
    desk.lend(desk.ben, desk.cleo)
    desk.give("membership.remove", Membership.objects.get(tenant=desk.tenant, principal=desk.ben).pk)

    desk.approve(change, by=desk.cleo)
    assert desk.missing(change) == 1


def test_one_place_is_lent_to_one_person_at_a_time(desk: Desk) -> None:
    desk.lend(desk.ben, desk.cleo)

    with pytest.raises(DelegationOverlaps):
        desk.lend(desk.ben, desk.ada)
    assert delegations(desk) == 1
    desk.lend(desk.ben, desk.ada, starts_at=desk.now() + timedelta(days=4), ends_at=desk.now() + timedelta(days=5))


def test_of_two_at_once_the_newest_counts(desk: Desk) -> None:
    """However a second one came into being, it makes no second place."""
    change = owned(desk)
    made = desk.lend(desk.ben, desk.cleo)
    dan = people.person(desk.tenant, "Dan Admin", roles=["Admin"])
    with desk.reading():
        Delegation.objects.create(
            delegator=desk.ben,
            delegate=dan,
            starts_at=made.starts_at,
            ends_at=made.ends_at,
            created_at=made.created_at + timedelta(seconds=1),
        )

    assert (desk.waiting(desk.cleo), desk.waiting(dan)) == ([], [change.pk])
    desk.approve(change, by=desk.cleo)
    assert desk.missing(change) == 1
    desk.approve(change, by=dan)
    assert desk.missing(change) == 0


@pytest.mark.parametrize("to", ["self", "agent", "service", "stranger", "former", "nobody"])
def test_only_another_person_of_the_tenant_stands_in(desk: Desk, to: str) -> None:
    globex = world("globex")
    desk.give("membership.remove", Membership.objects.get(tenant=desk.tenant, principal=desk.cleo).pk)
    takers = {
        "self": desk.ben.pk,
        "agent": people.agent(desk.tenant, desk.ada, roles=["Admin"]).pk,
        "service": people.service(desk.tenant, desk.ada, roles=["Admin"]).pk,
        "stranger": globex.ben.pk,
        "former": desk.cleo.pk,
        "nobody": uuid4(),
    }

    with pytest.raises(NotADelegate):
        desk.give("delegation.create", by=desk.ben, delegate_id=takers[to], ends_at=desk.now() + timedelta(days=1))

    assert delegations(desk) == 0
    assert desk.told(desk.cleo) == []


def test_a_machine_lends_nothing_and_an_agent_revokes_nothing(desk: Desk) -> None:
    agent = people.agent(desk.tenant, desk.ada, roles=["Admin"])
    service = people.service(desk.tenant, desk.ada, roles=["Admin"])
    made = desk.lend(desk.ben, desk.cleo)

    with pytest.raises(AgentNotAllowed):
        desk.lend(agent, desk.cleo)
    with pytest.raises(OnlyPeopleVote):
        desk.lend(service, desk.cleo)
    with pytest.raises(AgentNotAllowed):
        desk.give("delegation.revoke", made.pk, by=agent)

    assert delegations(desk) == 1


@pytest.mark.parametrize("kind", ["agent", "human"])
def test_the_database_refuses_a_delegation_to_an_agent(desk: Desk, kind: str) -> None:
    """Neither as an agent, nor with an agent passed off as human; and nobody stands in for themselves."""
    agent = people.agent(desk.tenant, desk.ada)
    at = desk.now()
    times = {"starts_at": at, "ends_at": at + timedelta(days=1), "created_at": at}

    with pytest.raises(IntegrityError), desk.reading():
        Delegation.objects.create(delegator=desk.ben, delegate=agent, delegate_kind=kind, **times)
    with pytest.raises(IntegrityError), desk.reading():
        Delegation.objects.create(delegator=agent, delegator_kind=kind, delegate=desk.ben, **times)
    with pytest.raises(IntegrityError), desk.reading():
        Delegation.objects.create(delegator=desk.ben, delegate=desk.ben, **times)


def test_the_times_of_a_delegation_make_sense(desk: Desk) -> None:
    now = desk.now()
    for starts_at, ends_at in (
        (None, now - timedelta(hours=1)),
        (now + timedelta(days=2), now + timedelta(days=1)),
        (None, now + timedelta(days=400)),
    ):
        with pytest.raises(InvalidInput):
            desk.lend(desk.ben, desk.cleo, starts_at=starts_at, ends_at=ends_at)

    assert delegations(desk) == 0


def test_who_may_revoke(desk: Desk) -> None:
    """Who lent it, who was lent it, and an administrator of rights; nobody else."""
    made = desk.lend(desk.ben, desk.cleo)
    with pytest.raises(PermissionDenied):
        desk.give("delegation.revoke", made.pk, by=desk.eve)
    with pytest.raises(NotFound):
        world("globex").give("delegation.revoke", made.pk)
    with desk.reading():
        assert Delegation.objects.get().revoked_at is None

    for by in (desk.cleo, desk.ada, desk.ben):
        desk.give("delegation.revoke", made.pk, by=by)
        made = desk.lend(desk.ben, desk.cleo)
        with desk.reading():
            assert Delegation.objects.order_by("-created_at")[1].revoked_by_id == by.pk


def test_a_delegation_ends_by_the_clock(desk: Desk) -> None:
    made = desk.lend(desk.ben, desk.cleo)

    with desk.reading():
        assert list(Timer.objects.filter(subject_id=str(made.pk)).values_list("kind", "due_at")) == [
            ("delegation.end", made.ends_at)
        ]
    with desk.as_system():
        for _twice in range(2):
            dispatch("delegation.turn", made.pk)
    with desk.reading():
        recounts = Job.objects.filter(command="approval.recount").values_list("inputs__principal_id", flat=True)
        assert set(recounts) == {str(desk.ben.pk), str(desk.cleo.pk)}


def test_a_second_vote_by_way_of_a_delegation_is_still_a_second_vote(desk: Desk) -> None:
    change = desk.ready("prod")
    desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)

    with pytest.raises(AlreadyVoted):
        desk.approve(change, by=desk.cleo)
