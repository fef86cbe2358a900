"""The inbox: what waits for a person and nothing else, decided by the database, whatever their number."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.approvals import queries
from apps.approvals.core.places import ballots, places_lent
from apps.approvals.core.requirement import Requirement, Seats, tally
from apps.approvals.models import Notice, Request
from apps.approvals.services import cast_vote, notify, open_request
from apps.changes.queries import SUBJECT
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import NotFound
from tests import people
from tests.changing import world
from tests.services.approvals.conftest import Desk

PEOPLE = ("ada", "ben", "cleo", "eve")
RIGHT = "change.approve"
SUBJECTS = ("role:Owner", "role:Admin", "role:Editor")


def ask(desk: Desk, *seats: Seats, authors: tuple[str, ...] = (), voters: tuple[str, ...] = ()) -> UUID:
    subject_id = uuid4()
    with desk.working() as (actor, at, _unit):
        open_request(
            SUBJECT, subject_id, title="A thing", digest="a" * 64, requirement=Requirement.of(seats),
            authors=[getattr(desk, name).pk for name in authors], permission=RIGHT, actor=actor, at=at,
        )  # fmt: skip
        for name in voters:
            cast_vote(SUBJECT, subject_id, digest="a" * 64, evidence={}, actor=getattr(desk, name).actor, at=at)
    return subject_id


def helps(desk: Desk, request: Request, person) -> bool:
    """The same decided in Python: would a vote of this person fill a further place?"""
    voters = list(queries.standing_votes(*request.subject).values_list("voter_id", flat=True))
    if person.pk in voters or person.pk in request.authors:
        return False
    present = queries.present_now([*voters, person.pk], [RIGHT])
    if not present.may(person.pk, RIGHT):
        return False
    before, after = (
        tally(request.seats, ballots(those, present, permission=RIGHT, authors=request.authors))
        for those in (voters, [*voters, person.pk])
    )
    lent = places_lent(person.pk, present, permission=RIGHT, authors=request.authors, standing=voters)
    assert all(lender not in request.authors for lender in lent)
    return after.missing < before.missing


asked = st.tuples(
    st.lists(
        st.builds(Seats, st.lists(st.sampled_from(SUBJECTS), max_size=2).map(tuple), st.integers(1, 2)),
        min_size=1, max_size=3,
    ),
    st.lists(st.sampled_from(PEOPLE), max_size=1).map(tuple),
    st.lists(st.sampled_from(PEOPLE[:3]), max_size=2, unique=True).map(tuple),
)  # fmt: skip


@given(st.lists(asked, min_size=1, max_size=3), st.sampled_from([None, ("ben", "cleo"), ("ben", "ada")]))
@settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_the_inbox_holds_exactly_what_a_vote_would_help(desk: Desk, requests, lent) -> None:
    """One approvals inbox: each wait in one list, and nobody is asked for a vote that would count for nothing."""
    for delegation in _delegations(desk):
        desk.give("delegation.revoke", delegation, by=desk.ben)
    if lent:
        desk.lend(getattr(desk, lent[0]), getattr(desk, lent[1]))
    subjects = [
        ask(desk, *seats, authors=authors, voters=tuple(set(voters) - set(authors)))
        for seats, authors, voters in requests
    ]

    for name in PEOPLE:
        person = getattr(desk, name)
        shown = set(desk.waiting(person)) & set(subjects)
        with desk.reading():
            found = {request.subject_id: request for request in Request.objects.filter(subject_id__in=subjects)}
            helped = {subject for subject, request in found.items() if helps(desk, request, person)}
            # Who lent their place to somebody who voted is shown it all the same: they may want to decide in person.
            stood_in = {subject for subject, request in found.items() if _is_stood_in_for(request, person)}
        assert helped <= shown
        assert shown - stood_in == helped - stood_in


def _is_stood_in_for(request: Request, person) -> bool:
    delegates = queries.delegates_of([person.pk])
    return queries.standing_votes(*request.subject).filter(voter__in=delegates).exists()


def _delegations(desk: Desk) -> list[UUID]:
    with desk.reading():
        return list(queries.delegations_today().values_list("pk", flat=True))


def test_nobody_is_shown_their_own_work_or_what_they_voted_for(desk: Desk) -> None:
    mine = ask(desk, Seats(), authors=("ada",))
    voted = ask(desk, Seats(count=2), voters=("ada",))
    open_to_me = ask(desk, Seats(("role:Admin",)))
    ask(desk, Seats(("role:Owner",)))

    assert desk.waiting(desk.ada) == [open_to_me]
    assert desk.waiting(desk.cleo) == [mine, voted, open_to_me]
    assert desk.waiting(desk.eve) == []
    assert desk.waiting(people.agent(desk.tenant, desk.ada, roles=["Admin"])) == []


def test_a_team_and_a_person_can_be_asked(desk: Desk) -> None:
    team = desk.give("team.create", name="Platform")
    asked_team = ask(desk, Seats((f"team:{team.pk}",)))
    asked_person = ask(desk, Seats((f"principal:{desk.cleo.pk}",)))
    desk.give("team.add_member", team.pk, principal_id=desk.cleo.pk)

    assert desk.waiting(desk.cleo) == [asked_team, asked_person]
    assert desk.waiting(desk.ada) == []
    with desk.reading():
        labels = queries.subject_labels([f"team:{team.pk}", f"principal:{desk.cleo.pk}", "role:Owner", "team:gone"])
    assert list(labels.values())[:4] == ["Platform", "Cleo Admin", "Owner", "team:gone"]


def test_another_tenants_requests_wait_for_nobody_here(desk: Desk) -> None:
    ask(desk, Seats())
    globex = Desk(world("globex"))

    assert globex.waiting(globex.ada) == []


def queries_for(desk: Desk, call) -> int:
    with (
        desk.reading(),
        CaptureQueriesContext(
            connection,
        ) as found,
    ):
        call()
    return len(found)


def test_the_queries_of_the_inbox_do_not_grow_with_it(desk: Desk) -> None:
    def page() -> None:
        rows = list(queries.waiting_for(desk.cleo.actor))
        queries.tallies_of(rows)
        queries.vote_rows(rows)

    ask(desk, Seats(count=2), voters=("ada",))
    one = queries_for(desk, page)
    for _further in range(2):
        ask(desk, Seats(("role:Owner",)), Seats(), voters=("ada",))
        ask(desk, Seats(count=3), voters=("ada", "ben"))

    assert queries_for(desk, page) == one
    assert one <= 14


def test_a_page_of_the_inbox_is_read_by_its_index(desk: Desk) -> None:
    """At 10,000 open requests a page reads a page: no sort, and no scan of what is closed."""
    at = desk.now()
    with desk.reading():
        Request.objects.bulk_create(
            Request(
                subject_type=SUBJECT, subject_id=uuid4(), title="A thing", digest="a" * 64, permission=RIGHT,
                requirement=Requirement.of([Seats()]).as_dict(), wanted=["*"], opened_by_id=desk.ada.pk,
                opened_at=at, asked_at=at, due_at=at.replace(year=at.year + 1),
            )
            for _one in range(2_000)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
        plan = queries.waiting_for(desk.cleo.actor)[:51].explain()

    assert "approvals_request_waiting" in plan, plan
    assert "Sort" not in plan, plan


# Notices.


def test_a_notice_is_for_one_person_who_reads_it_once(desk: Desk) -> None:
    agent = people.agent(desk.tenant, desk.ada)
    with desk.working(desk.ada) as (actor, at, _unit):
        everybody = [desk.ada.pk, desk.ben.pk, desk.ben.pk, desk.cleo.pk, agent.pk]
        told = notify(everybody, kind="test.told", text="Look. " * 200, subject=(SUBJECT, uuid4()), actor=actor, at=at)
    assert set(told) == {desk.ben.pk, desk.cleo.pk}

    with desk.reading():
        notice = Notice.objects.get(recipient=desk.ben)
    assert len(notice.text) == 500
    with pytest.raises(NotFound):
        desk.give("notice.read", notice.pk, by=desk.cleo)
    first = desk.give("notice.read", notice.pk, by=desk.ben).read_at
    assert desk.give("notice.read", notice.pk, by=desk.ben).read_at == first
    with desk.acting(desk.cleo):
        assert (dispatch("notice.read_all"), dispatch("notice.read_all")) == (1, 0)
