"""What can go wrong with a vote, a request for approval or a delegation."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import AgentNotAllowed, Conflict, InvalidInput, PermissionDenied


class AlreadyVoted(Conflict):
    """The person has a standing vote on this subject."""

    code = "ALREADY_VOTED"
    message_default = _("You have already approved this.")


class NoStandingVote(Conflict):
    """There is no vote of this person that could be withdrawn."""

    code = "NO_STANDING_VOTE"
    message_default = _("You have no vote here that could be withdrawn.")


class NoOpenRequest(Conflict):
    """Nobody is asked to approve this: it needs no approval, or it is decided."""

    code = "NO_OPEN_REQUEST"
    message_default = _("Nobody is asked to approve this now.")


class RequestMoved(Conflict):
    """``details["current"]`` is the digest the request is for now."""

    code = "STALE_DIGEST"
    message_default = _("This is not what it was when you opened it. Look at it again.")


class OwnWork(PermissionDenied):
    """Nobody decides what they answer for, on any path."""

    code = "SELF_APPROVAL"
    message_default = _("Another person has to decide about this: it is your own work.")


class OnlyPeopleVote(AgentNotAllowed):
    """A vote is a human's: agents and services propose, they never approve."""

    message_default = _("Only people vote. Agents and services can propose, never approve.")


class NotADelegate(InvalidInput):
    """The person cannot stand in."""

    code = "NOT_A_DELEGATE"
    message_default = _("Only another person of this tenant can stand in for you.")


class DelegationOverlaps(Conflict):
    """One place is lent to one person at a time."""

    code = "DELEGATION_OVERLAPS"
    message_default = _("Somebody stands in for you in this time already. Revoke that first, or choose another time.")


class DelegationOver(Conflict):
    code = "DELEGATION_OVER"
    message_default = _("This delegation is over.")
