"""Two people at once, on real connections."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.approvals.errors import AlreadyVoted, DelegationOverlaps
from apps.approvals.models import Delegation
from apps.approvals.queries import tally_of_request
from apps.changes.errors import ApprovalMissing
from apps.kernel.errors import DomainError
from tests import database, people
from tests.changing import world
from tests.services.approvals.conftest import Desk
from tests.together import together


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    """A tenant that other connections see. Emptied after the module."""
    try:
        with django_db_blocker.unblock():
            yield Desk(world())
            connection.close()
    finally:
        with django_db_blocker.unblock():
            database.empty()


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_votes_at_once_both_count(desk: Desk) -> None:
    """Each would be the first by its own count: the second waits, and finds the request met."""
    change = desk.ready("prod", key="both")

    outcomes = together(partial(desk.approve, change, by=desk.ada), partial(desk.approve, change, by=desk.ben))

    assert kinds(outcomes) == ["Change", "Change"]
    assert desk.request(change).status == "met"
    assert desk.told(desk.eve).count("approval.met") == 1


def test_one_person_voting_twice_at_once_votes_once(desk: Desk) -> None:
    change = desk.ready("prod", key="once")

    outcomes = together(*[partial(desk.approve, change, by=desk.ada)] * 3)

    assert kinds(outcomes) == ["AlreadyVoted", "AlreadyVoted", "Change"]
    assert desk.said(change) == [(desk.ada.pk, "approve", True)]
    assert desk.missing(change) == 1
    assert any(isinstance(outcome, AlreadyVoted) for outcome in outcomes)


def test_a_denial_and_a_merge_at_once_leave_one_of_them(desk: Desk) -> None:
    """metadata.md section 8: a denied job ran anyway (Nautobot #8623)."""
    change = desk.ready("test", key="either")
    desk.approve(change, by=desk.ada)

    outcomes = together(
        partial(desk.merge, change, by=desk.ben),
        partial(desk.give, "change.deny", change.pk, by=desk.cleo, comment="No."),
    )

    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1
    now = desk.again(change)
    assert (now.status == "Merged") != (now.denied_at is not None)
    assert desk.latest(change).outcome == ("merged" if now.status == "Merged" else "denied")


def test_a_vote_taken_back_during_a_merge_is_one_or_the_other(desk: Desk) -> None:
    change = desk.ready("test", key="back")
    desk.approve(change, by=desk.ada)

    together(
        partial(desk.merge, change, by=desk.ben),
        partial(desk.give, "change.withdraw_approval", change.pk, by=desk.ada),
    )

    stands = desk.said(change)[0][2]
    assert (desk.again(change).status == "Merged") == stands


def test_a_change_withdrawn_during_its_merge_is_one_or_the_other(desk: Desk) -> None:
    change = desk.ready("test", key="withdrawn")
    desk.approve(change, by=desk.ada)

    outcomes = together(
        partial(desk.merge, change, by=desk.ben), partial(desk.give, "change.withdraw", change.pk, by=desk.cleo)
    )

    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1
    merged = desk.again(change).status == "Merged"
    assert (desk.latest(change).outcome == "merged") == merged
    assert desk.said(change) == [(desk.ada.pk, "approve", merged)]


def test_who_stands_in_and_who_is_stood_in_for_vote_at_once_and_each_fills_one_place(desk: Desk) -> None:
    """One voter, for two places at once, is one voter."""
    made = desk.lend(desk.ben, desk.cleo)
    try:
        change = desk.ready("prod", key="standing_in")
        both = [partial(desk.approve, change, by=desk.cleo)] * 2
        assert kinds(together(*both)) == ["AlreadyVoted", "Change"]
        assert desk.missing(change) == 1

        assert kinds(together(*both, partial(desk.approve, change, by=desk.ben))) == [
            "AlreadyVoted", "AlreadyVoted", "Change"
        ]  # fmt: skip
        request = desk.latest(change)
        with desk.reading():
            seated = {place.any_of: place.voter_id for place in tally_of_request(request).seated}
        assert seated == {("role:Owner",): desk.ben.pk, (): desk.cleo.pk}
    finally:
        desk.give("delegation.revoke", made.pk, by=desk.ben)


def test_a_place_taken_back_during_the_merge_that_needs_it(desk: Desk) -> None:
    """It was lent when the merge counted, or the merge is refused; and stays refused."""
    change = desk.ready("prod", key="taken_back")
    desk.approve(change, by=desk.ada)
    made = desk.lend(desk.ben, desk.cleo)
    desk.approve(change, by=desk.cleo)

    merge, revoked = together(
        partial(desk.merge, change, by=desk.ada), partial(desk.give, "delegation.revoke", made.pk, by=desk.ben)
    )

    assert isinstance(revoked, Delegation)
    assert isinstance(merge, ApprovalMissing) == (desk.again(change).status == "Ready")
    if isinstance(merge, ApprovalMissing):
        assert isinstance(together(partial(desk.merge, change))[0], ApprovalMissing)


def test_a_role_lost_during_the_merge_that_needs_it(desk: Desk) -> None:
    change = desk.ready("test", key="role_lost")
    dan = people.person(desk.tenant, "Dan Admin", roles=["Admin"])
    desk.approve(change, by=dan)

    merge, lost = together(
        partial(desk.merge, change, by=desk.ben),
        partial(desk.give, "role.unassign", dan.pk, role_id=people.role_id(desk.tenant, "Admin"), by=desk.ben),
    )

    assert not isinstance(lost, Exception)
    assert isinstance(merge, ApprovalMissing) == (desk.again(change).status == "Ready")
    assert desk.said(change) == [(dan.pk, "approve", True)]


def test_counting_anew_while_people_vote_loses_no_vote(desk: Desk) -> None:
    changes = [desk.ready("prod", key=f"counted_{number}") for number in range(3)]

    outcomes = together(
        *[partial(desk.approve, change, by=desk.ada) for change in changes],
        *[partial(desk.approve, change, by=desk.ben) for change in changes],
        desk.recount,
        partial(desk.recount, desk.ada),
    )

    assert [type(outcome).__name__ for outcome in outcomes[:6]] == ["Change"] * 6
    assert [desk.request(change).status for change in changes] == ["met"] * 3


def test_a_place_is_lent_once_by_two_at_once(desk: Desk) -> None:
    ends_at = desk.now() + timedelta(days=1)

    outcomes = together(
        partial(desk.lend, desk.ben, desk.cleo, ends_at=ends_at),
        partial(desk.lend, desk.ben, desk.ada, ends_at=ends_at),
    )

    assert sorted(map(type, outcomes), key=str) == sorted([Delegation, DelegationOverlaps], key=str)
    with desk.reading():
        assert Delegation.objects.filter(delegator=desk.ben, revoked_at=None).count() == 1
