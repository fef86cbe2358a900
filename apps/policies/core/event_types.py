"""What policies tell."""

from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event


class VersionMade(EventPayload):
    """A version came into being: by a merge, or as the return to an older one."""

    key: str
    number: int
    digest: str
    environment_id: UUID
    change_id: UUID | None = None
    rolls_back_to: int | None = None
    reason: str = ""


class VersionSimulated(EventPayload):
    """Past decisions were replayed with the version; ``flipped`` of them would be others."""

    key: str
    number: int
    replayed: int
    flipped: int


class VersionApproved(EventPayload):
    """Somebody stands behind exactly this version; ``complete`` when it takes nobody else."""

    key: str
    number: int
    digest: str
    vote_id: UUID | None = None
    complete: bool = False


class ApprovalWithdrawn(EventPayload):
    key: str
    number: int
    digest: str
    vote_id: UUID


class VersionObjected(EventPayload):
    """Somebody said no, or not like this."""

    key: str
    number: int
    digest: str
    comment: str


class VersionActivated(EventPayload):
    """The version is in force; ``replaces`` is the number of the one that was."""

    key: str
    number: int
    digest: str
    environment_id: UUID
    replaces: int | None = None


class DeprecationRequested(EventPayload):
    key: str
    number: int
    digest: str
    reason: str


class VersionDeprecated(EventPayload):
    """The version is over; ``was_active`` when it had been in force."""

    key: str
    number: int
    environment_id: UUID
    was_active: bool
    reason: str


class PolicyEvaluated(EventPayload):
    """The policies decided something real."""

    action: str
    effect: str
    subject_type: str
    subject_id: UUID
    environment_id: UUID
    digest: str


def register() -> None:
    register_event("policy.created", VersionMade, aliases=("core.policy.created",))
    register_event("policy.updated", VersionMade, aliases=("core.policy.updated",))
    register_event("policy.simulated", VersionSimulated, aliases=("core.policy.simulated",))
    register_event("policy.approved", VersionApproved, aliases=("core.policy.approved",))
    register_event("policy.approval_withdrawn", ApprovalWithdrawn)
    register_event("policy.changes_requested", VersionObjected)
    register_event("policy.denied", VersionObjected)
    register_event("policy.activated", VersionActivated, aliases=("core.policy.activated",))
    register_event("policy.deprecation_requested", DeprecationRequested)
    register_event("policy.deprecated", VersionDeprecated, aliases=("core.policy.deprecated",))
    register_event("policy.evaluated", PolicyEvaluated, aliases=("core.policy.evaluated",))
