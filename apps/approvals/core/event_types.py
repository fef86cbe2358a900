"""What a request for approval and a delegation tell about their life."""

from datetime import datetime
from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event


class About(EventPayload):
    """A fact about the request of one subject."""

    subject_type: str
    subject_id: UUID


class Asked(About):
    """``votes``: how many people it takes."""

    digest: str
    votes: int
    due_at: datetime


class Clocked(About):
    """A clock struck, and how many people were told."""

    told: int


class VotesVoided(About):
    """Votes that no longer count, and whose they were."""

    reason: str
    voters: list[UUID]


class Closed(About):
    outcome: str
    reason: str = ""


class Delegated(EventPayload):
    delegator_id: UUID
    delegate_id: UUID
    starts_at: datetime
    ends_at: datetime


def register() -> None:
    register_event("approval.requested", Asked)
    register_event("approval.renewed", Asked)
    register_event("approval.met", About)
    register_event("approval.reopened", About)
    register_event("approval.votes_voided", VotesVoided)
    register_event("approval.reminded", Clocked)
    register_event("approval.escalated", Clocked)
    register_event("approval.expired", About)
    register_event("approval.closed", Closed)
    register_event("delegation.created", Delegated)
    register_event("delegation.revoked", Delegated)
