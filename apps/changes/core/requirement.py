"""Which votes a change needs, whose votes count, and how many are missing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Requirement:
    """What has to be approved before a merge, and the rule that says so."""

    votes: int
    rule: str = "environment"

    def as_dict(self) -> dict[str, Any]:
        return {"votes": self.votes, "rule": self.rule}


class CastVote(NamedTuple):
    """A vote that stands: neither withdrawn nor voided."""

    voter_id: UUID
    voter_kind: str
    digest: str


class Tally(NamedTuple):
    """The people whose votes count, and how many more it takes."""

    voters: tuple[UUID, ...]
    missing: int

    @property
    def is_met(self) -> bool:
        return self.missing == 0


def tally(requirement: Requirement, votes: Iterable[CastVote], *, digest: str, authors: Collection[UUID]) -> Tally:
    """The votes that count: one per person, human, no author's, for exactly this digest."""
    voters = {
        vote.voter_id
        for vote in votes
        if vote.digest == digest and vote.voter_kind == "human" and vote.voter_id not in authors
    }
    return Tally(tuple(sorted(voters)), max(0, requirement.votes - len(voters)))
