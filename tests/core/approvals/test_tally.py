"""Seating people: what a tally may never get wrong, compared with trying every seating."""

from itertools import permutations
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.approvals.core.requirement import ANYBODY, Ballot, Kept, Requirement, Seats, tally

SUBJECTS = ("role:Owner", "role:Admin", "team:1", "principal:2")
subjects = st.frozensets(st.sampled_from(SUBJECTS))
seats = st.builds(Seats, st.frozensets(st.sampled_from(SUBJECTS), max_size=2).map(tuple), st.integers(0, 2))
requirements = st.lists(seats, max_size=3).map(Requirement.of)
ballots = st.lists(st.builds(Ballot, st.integers(1, 6).map(lambda n: UUID(int=n)), subjects), max_size=5).map(
    lambda cast: list({ballot.voter_id: ballot for ballot in cast}.values())
)


def places(requirement: Requirement) -> list[Seats]:
    return [seat for seat in requirement.seats for _ in range(seat.count)]


def most_seated(requirement: Requirement, cast: list[Ballot]) -> int:
    """By trying every order in which people could sit down."""
    wanted = places(requirement)
    best = 0
    for order in permutations([*range(len(wanted)), *([None] * len(cast))], len(cast)):
        seated = sum(
            1 for place, ballot in zip(order, cast, strict=True)
            if place is not None and wanted[place].takes(ballot.subjects)
        )  # fmt: skip
        best = max(best, seated)
    return best


@given(requirements, ballots)
@settings(max_examples=150, deadline=None)
def test_a_tally_is_met_exactly_when_a_seating_exists(requirement: Requirement, cast: list[Ballot]) -> None:
    """metadata.md section 6: no merge without the required distinct humans, and none held back without a reason."""
    cast = cast[:4]
    found = tally(requirement, cast)

    assert found.missing == requirement.votes - most_seated(requirement, cast)
    assert found.is_met == (most_seated(requirement, cast) == requirement.votes)


@given(requirements, ballots, st.randoms(use_true_random=False))
def test_a_tally_does_not_depend_on_the_order_of_votes(requirement: Requirement, cast: list[Ballot], random) -> None:
    shuffled = list(cast)
    random.shuffle(shuffled)

    assert tally(requirement, shuffled) == tally(requirement, cast)


@given(requirements, ballots)
def test_a_tally_never_seats_one_person_twice(requirement: Requirement, cast: list[Ballot]) -> None:
    found = tally(requirement, [*cast, *cast])
    people = {ballot.voter_id: ballot.subjects for ballot in cast}

    seated = [seat.voter_id for seat in found.seated]
    assert len(seated) == len(set(seated))
    assert all(Seats(seat.any_of).takes(people[seat.voter_id]) for seat in found.seated)
    assert len(seated) + found.missing == requirement.votes
    filled = Requirement.of([*(Seats(seat.any_of) for seat in found.seated), *found.missing_seats])
    assert filled == requirement


@given(requirements, ballots)
@example(Requirement.of([Seats(), Seats(("role:Owner",))]), [Ballot(UUID(int=1), frozenset({"role:Owner"}))])
def test_nobody_sits_on_a_common_place_while_one_of_their_own_is_empty(
    requirement: Requirement, cast: list[Ballot]
) -> None:
    """An Owner has voted: a page that says that an Owner is missing sends people the wrong way."""
    found = tally(requirement, cast)
    people = {ballot.voter_id: ballot.subjects for ballot in cast}

    for seat in found.seated:
        if not seat.any_of:
            assert not [empty for empty in found.missing_seats if empty.any_of and empty.takes(people[seat.voter_id])]


@given(requirements, ballots, subjects)
def test_wanted_names_exactly_who_could_still_help(
    requirement: Requirement, cast: list[Ballot], newcomer: frozenset[str]
) -> None:
    """XY-087: the inbox shows a person what waits for them and nothing else."""
    before = tally(requirement, cast)
    after = tally(requirement, [*cast, Ballot(UUID(int=99), newcomer)])

    is_wanted = ANYBODY in before.wanted or not newcomer.isdisjoint(before.wanted)
    assert is_wanted == (after.missing < before.missing)


@given(requirements, ballots)
def test_a_further_vote_never_unseats(requirement: Requirement, cast: list[Ballot]) -> None:
    missing = [tally(requirement, cast[:count]).missing for count in range(len(cast) + 1)]

    assert missing == sorted(missing, reverse=True)


@given(requirements)
def test_a_requirement_survives_being_stored(requirement: Requirement) -> None:
    assert Requirement.from_dict(requirement.as_dict()) == requirement


@given(requirements, ballots)
def test_who_sat_where_is_kept(requirement: Requirement, cast: list[Ballot]) -> None:
    found = tally(requirement, cast)
    lenders = {place.voter_id: [UUID(int=9)] for place in found.seated if place.any_of}
    kept = Kept.from_dicts(Kept(found, lenders).as_dicts())

    assert kept.tally.seated == found.seated
    assert kept.lenders == lenders
    assert set(kept.tally.voters) == {place.voter_id for place in found.seated}
