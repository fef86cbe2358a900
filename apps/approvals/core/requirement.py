"""Whose agreement a subject needs, and whose is still missing.

A requirement is a list of seats. Each seat is filled by one person, and nobody fills two: the number of seats is the
number of distinct people it takes. Who may fill a seat is a list of approver subjects: ``role:<name>``,
``team:<id>``, ``principal:<id>``; an empty list is anybody who may approve.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

#: In ``Tally.wanted``: anybody who may approve can help.
ANYBODY: Final = "*"


@dataclass(frozen=True, slots=True, order=True)
class Seats:
    """``count`` places for people who are any of these subjects."""

    any_of: tuple[str, ...] = ()
    count: int = 1

    def takes(self, subjects: frozenset[str]) -> bool:
        return not self.any_of or not subjects.isdisjoint(self.any_of)

    def as_dict(self) -> dict[str, Any]:
        return {"count": self.count, "any_of": list(self.any_of)}


@dataclass(frozen=True, slots=True)
class Requirement:
    """The seats, sorted, with equal ones added up."""

    seats: tuple[Seats, ...] = ()

    @classmethod
    def of(cls, seats: Iterable[Seats]) -> "Requirement":
        counts: dict[tuple[str, ...], int] = {}
        for one in seats:
            any_of = tuple(sorted(set(one.any_of)))
            counts[any_of] = counts.get(any_of, 0) + one.count
        return cls(tuple(sorted(Seats(any_of, count) for any_of, count in counts.items() if count > 0)))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Requirement":
        return cls.of(Seats(tuple(seat["any_of"]), seat["count"]) for seat in stored["seats"])

    @property
    def votes(self) -> int:
        """How many distinct people it takes."""
        return sum(seat.count for seat in self.seats)

    def as_dict(self) -> dict[str, Any]:
        return {"votes": self.votes, "seats": [seat.as_dict() for seat in self.seats]}


class Ballot(NamedTuple):
    """A vote that stands, and the subjects its voter is now: their own and those delegated to them."""

    voter_id: UUID
    subjects: frozenset[str]


class Seated(NamedTuple):
    """One seat and who sits on it."""

    any_of: tuple[str, ...]
    voter_id: UUID


class Tally(NamedTuple):
    """The people whose votes count, the seats nobody fills, and who could help.

    ``wanted``: somebody who has not voted yet fills a further seat exactly when they are one of these subjects, or
    when ``ANYBODY`` is among them: by a seat that is empty, or by one whose holder can move on to it.
    """

    voters: tuple[UUID, ...]
    missing_seats: tuple[Seats, ...]
    wanted: tuple[str, ...] = ()
    seated: tuple[Seated, ...] = ()

    @property
    def missing(self) -> int:
        return sum(seat.count for seat in self.missing_seats)

    @property
    def is_met(self) -> bool:
        return not self.missing_seats


class Kept(NamedTuple):
    """Who sat where when something was granted, and in whose stead: what is told of it afterwards."""

    tally: Tally
    lenders: Mapping[UUID, list[UUID]]

    def as_dicts(self) -> list[dict[str, Any]]:
        return [
            {
                "any_of": list(place.any_of),
                "voter_id": str(place.voter_id),
                "stood_in_for": [str(lender) for lender in self.lenders.get(place.voter_id, ())],
            }
            for place in self.tally.seated
        ]

    @classmethod
    def from_dicts(cls, stored: Sequence[Mapping[str, Any]]) -> "Kept":
        """Law: ``Kept.from_dicts(kept.as_dicts())`` has the same places, voters on them and lenders."""
        places = [Seated(tuple(place["any_of"]), UUID(place["voter_id"])) for place in stored]
        lenders = {
            UUID(place["voter_id"]): [UUID(lender) for lender in place["stood_in_for"]]
            for place in stored
            if place["stood_in_for"]
        }
        return cls(Tally(tuple(sorted(place.voter_id for place in places)), (), (), tuple(places)), lenders)


def tally(requirement: Requirement, ballots: Iterable[Ballot]) -> Tally:
    """Seat as many people as can be seated (a maximum matching, by augmenting paths).

    ``ballots`` are those that count at all: of people, for this digest, of no author. Laws: the tally does not depend
    on their order; nobody sits where anybody may sit while a place for people like them is empty.
    """
    people = {ballot.voter_id: ballot.subjects for ballot in ballots}
    voters = sorted(people)
    # The places that fewer can take come first.
    hardest_first = sorted(requirement.seats, key=lambda seat: (not seat.any_of, len(seat.any_of)))
    places = [seat for seat in hardest_first for _ in range(seat.count)]
    seated: dict[int, UUID] = {}

    def seat(voter: UUID, tried: set[int]) -> bool:
        for place, wanted in enumerate(places):
            if place in tried or not wanted.takes(people[voter]):
                continue
            tried.add(place)
            if place not in seated or seat(seated[place], tried):
                seated[place] = voter
                return True
        return False

    for voter in voters:
        seat(voter, set())
    empty = {place for place in range(len(places)) if place not in seated}
    missing = Requirement.of(Seats(places[place].any_of) for place in empty)
    filled = tuple(Seated(places[place].any_of, voter) for place, voter in sorted(seated.items()))
    return Tally(tuple(voters), missing.seats, _wanted(places, seated, people, empty), filled)


def _wanted(
    places: list[Seats], seated: Mapping[int, UUID], people: Mapping[UUID, frozenset[str]], empty: set[int]
) -> tuple[str, ...]:
    """Who could take an empty place, or one whose holder can move on to such a place."""
    free = set(empty)
    waiting = list(empty)
    while waiting:
        reached = places[waiting.pop()]
        for place, voter in seated.items():
            if place not in free and reached.takes(people[voter]):
                free.add(place)
                waiting.append(place)
    return tuple(sorted({subject for place in free for subject in places[place].any_of or (ANYBODY,)}))
