"""What the policies app refuses, each named for the fact."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, InvalidInput, PermissionDenied


class InvalidPolicyInput(InvalidInput):
    """A payload that is wrong in itself. ``details``: ``reason`` (a stable code) and ``errors`` (path, message)."""

    code = "INVALID_INPUT"


class PolicyTypeNotServed(InvalidPolicyInput):
    code = "POLICY_TYPE_NOT_SERVED"


class NotSimulated(Conflict):
    """Nobody has seen yet what the version would change."""

    code = "POLICY_NOT_SIMULATED"
    message_default = _(
        "Simulate this version first: the report shows which past decisions would come out differently."
    )


class PolicyApprovalMissing(Conflict):
    """``details``: ``required`` and ``missing`` seats."""

    code = "APPROVAL_MISSING"
    message_default = _("The policies in force ask for more people to agree.")


class PolicyActDenied(PermissionDenied):
    """A rule of a policy in force denies it. ``details["matches"]`` says which."""

    code = "POLICY_DENIED"
    message_default = _("A policy denies this.")


class OutsideTimeWindow(Conflict):
    """``details["opens_at"]`` is when it may be done next."""

    code = "OUTSIDE_TIME_WINDOW"
    message_default = _("A policy allows this at certain hours only.")


class SelfApproval(PermissionDenied):
    code = "SELF_APPROVAL"
    message_default = _("Another person has to approve what you wrote.")


class SeparationOfDuties(PermissionDenied):
    code = "SEPARATION_OF_DUTIES"
    message_default = _("A policy asks that somebody else than its author carries this out.")


class StalePolicyDigest(Conflict):
    """``details["current"]`` is the digest a vote is for now."""

    code = "STALE_DIGEST"
    message_default = _("What this takes has changed since you opened it. Look at it again.")


class NewerVersionActive(Conflict):
    """``details["active"]`` is the number in force."""

    code = "NEWER_VERSION_ACTIVE"
    message_default = _("A newer version is in force. Roll back to this one instead.")


class PolicyLocksOut(Conflict):
    """``details["matches"]``: the rules that deny it, or allow it at no hour."""

    code = "POLICY_LOCKS_OUT"
    message_default = _("In force, this would stay for ever: no rule would let people end it (policy.deprecate).")


class EndAskedFor(Conflict):
    code = "END_ASKED_FOR"
    message_default = _("People are being asked already whether this version ends.")


class PolicyRetired(Conflict):
    code = "POLICY_RETIRED"
    message_default = _("The policy is retired. Restore it in a change first.")


class NothingToRollBack(Conflict):
    code = "NOTHING_TO_ROLL_BACK"
    message_default = _("Only a version that has been in force and is not now can be returned to.")


class NothingToApprove(Conflict):
    """The version is in a state that asks for nobody's agreement."""

    code = "NOTHING_TO_APPROVE"
    message_default = _("There is nothing to agree to on this version now.")
