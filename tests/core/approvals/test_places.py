"""Whose votes count and as what: places are lent once, to one person, and never by way of an author."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.approvals.core.places import Present, ballots, places_lent

PEOPLE = tuple(UUID(int=number) for number in range(1, 6))
ADA, BEN, CLEO, DAN, EVE = PEOPLE
OWNER, ADMIN = frozenset({"role:Owner"}), frozenset({"role:Admin"})
people = st.frozensets(st.sampled_from(PEOPLE))
lent = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).map(
    lambda pairs: {lender: delegate for lender, delegate in pairs.items() if lender != delegate}
)


def present(allowed: frozenset[UUID], places: dict[UUID, UUID]) -> Present:
    """Everybody is something only they are, so that a place that is used twice shows."""
    return Present({person: frozenset({f"principal:{person}"}) for person in PEOPLE}, {"vote": allowed}, places)


@given(people, people, people, lent)
def test_only_people_with_the_permission_who_are_no_authors_are_counted(
    voters: frozenset[UUID], allowed: frozenset[UUID], authors: frozenset[UUID], places: dict[UUID, UUID]
) -> None:
    counted = ballots(voters, present(allowed, places), permission="vote", authors=authors)

    assert {ballot.voter_id for ballot in counted} == (voters & allowed) - authors


@given(people, people, people, lent)
def test_no_place_is_used_twice_and_no_authors_place_at_all(
    voters: frozenset[UUID], allowed: frozenset[UUID], authors: frozenset[UUID], places: dict[UUID, UUID]
) -> None:
    """A delegation lends a place; it makes no second one, and it leads to no author in either direction."""
    counted = ballots(voters, present(allowed, places), permission="vote", authors=authors)
    used = [subject for ballot in counted for subject in ballot.subjects]

    assert len(used) == len(set(used))
    assert not {f"principal:{author}" for author in authors} & set(used)


@given(people, people, people, lent)
def test_what_was_lent_is_not_passed_on(
    voters: frozenset[UUID], allowed: frozenset[UUID], authors: frozenset[UUID], places: dict[UUID, UUID]
) -> None:
    for ballot in ballots(voters, present(allowed, places), permission="vote", authors=authors):
        lenders = {UUID(subject.removeprefix("principal:")) for subject in ballot.subjects} - {ballot.voter_id}
        assert all(places[lender] == ballot.voter_id for lender in lenders)


def test_who_votes_in_person_takes_the_place_back() -> None:
    now = Present({BEN: OWNER, CLEO: ADMIN}, {"vote": frozenset({BEN, CLEO})}, {BEN: CLEO})

    alone, both = (ballots(voters, now, permission="vote", authors=()) for voters in ([CLEO], [BEN, CLEO]))

    assert [ballot.subjects for ballot in alone] == [OWNER | ADMIN]
    assert [ballot.subjects for ballot in both] == [OWNER, ADMIN]


def test_a_place_that_its_owner_could_not_use_is_worth_nothing_to_another() -> None:
    now = Present({BEN: OWNER, CLEO: ADMIN}, {"vote": frozenset({CLEO})}, {BEN: CLEO})

    assert places_lent(CLEO, now, permission="vote", authors=(), standing=()) == []
