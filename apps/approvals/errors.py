"""What can go wrong with a vote."""

from apps.kernel.errors import AgentNotAllowed, Conflict


class AlreadyVoted(Conflict):
    """The person has a standing vote on this subject."""

    code = "ALREADY_VOTED"


class NoStandingVote(Conflict):
    """There is no vote of this person that could be withdrawn."""

    code = "NO_STANDING_VOTE"


class OnlyPeopleVote(AgentNotAllowed):
    """A vote is a human's: agents and services propose, they never approve."""
