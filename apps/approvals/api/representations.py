"""What readers of approvals, delegations and notices see."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.api.representation import Output

Status = Literal["open", "met", "closed"]
Outcome = Literal["", "merged", "approved", "withdrawn", "denied", "changes_requested", "expired", "superseded"]


class SeatsOut(Output):
    """Places that nobody fills yet. An empty `any_of` is anybody who may approve."""

    any_of: list[str] = Field(
        description="Approver subjects: `role:<name>`, `team:<id>`, `principal:<id>`.", examples=[["role:Owner"]]
    )
    labels: list[str] = Field(description="The same as people call them.", examples=[["Owner"]])
    count: int = Field(examples=[1])


class SeatedOut(Output):
    """A place and who fills it now; of what was granted, who did then."""

    any_of: list[str] = Field(examples=[["role:Owner"]])
    voter_id: UUID


class RequestOut(Output):
    """What waits for people's agreement: one digest of one subject."""

    id: UUID
    subject_type: str = Field(examples=["changes.change"])
    subject_id: UUID
    number: str = Field(examples=["CHG0000012"])
    title: str = Field(examples=["Add urgency to incident"])
    environment_id: UUID | None
    permission: str = Field(description="What deciding takes.", examples=["change.approve"])
    digest: str = Field(description="What a vote is for.", examples=["0" * 64])
    status: Status = Field(description="`open`: waits; `met`: has its votes; `closed`: decided, or not asked any more.")
    outcome: Outcome = Field(description="How it ended; empty until it is closed.")
    close_reason: str
    votes_needed: int = Field(description="How many different people it takes.", examples=[2])
    votes_given: int = Field(
        description="How many people's votes count now; of what was granted, how many did then.", examples=[1]
    )
    missing: list[SeatsOut] = Field(description="The places nobody fills now; empty once it is closed.")
    reasons: list[dict[str, Any]] = Field(
        description="Why it takes these people: which rule of which policy version said so.",
        examples=[[{"policy_key": "approvals", "rule_id": "prod", "text": "Production takes two people."}]],
    )
    author_ids: list[UUID] = Field(description="Who answers for it. None of them decides.")
    opened_by_id: UUID
    opened_at: datetime
    asked_at: datetime = Field(description="When the present digest was asked about.")
    due_at: datetime = Field(description="Undecided by then, it expires.")
    met_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    closed_by_id: UUID | None
    closed_at: datetime | None


class VoteOut(Output):
    """What one person said to one digest. Only an approval counts; withdrawn and voided ones stay visible."""

    id: UUID
    voter_id: UUID
    decision: Literal["approve", "request_changes", "deny"]
    digest: str
    comment: str
    cast_at: datetime
    withdrawn_at: datetime | None
    voided_at: datetime | None
    void_reason: str = Field(examples=["head_moved"])


class SaidOut(VoteOut):
    """What one person said, withdrawn and voided approvals too, with what was known when they said it."""

    evidence: dict[str, Any] = Field(description="What the voter could see and what they were among the approvers.")


class RequestDetailOut(RequestOut):
    """The same with the places that are filled and everything people said."""

    seated: list[SeatedOut]
    said: list[SaidOut]


class WaitingOut(Output):
    """All that waits for a human, by what it is about; the oldest first, at most 200 together."""

    changes: list[RequestOut]
    policies: list[RequestOut]
    workflow_steps: list[RequestOut]
    proposals: list[RequestOut]
    promotions: list[RequestOut]
    is_complete: bool = Field(description="False when there is more than is shown.")


class DelegationOut(Output):
    """One person lends another their place among the approvers for a while."""

    id: UUID
    delegator_id: UUID = Field(description="Who is away.")
    delegate_id: UUID = Field(description="Who stands in.")
    starts_at: datetime
    ends_at: datetime
    reason: str = Field(examples=["On holiday."])
    created_at: datetime
    revoked_at: datetime | None
    revoked_by_id: UUID | None


class NoticeOut(Output):
    """A sentence for you about one thing."""

    id: UUID
    kind: str = Field(examples=["approval.votes_voided"])
    text: str = Field(examples=["CHG0000012 Add urgency to incident waits for your approval."])
    subject_type: str = Field(examples=["changes.change"])
    subject_id: UUID
    told_by_id: UUID = Field(description="Whose act it was.")
    created_at: datetime
    read_at: datetime | None


class ReadOut(Output):
    """How many notices were marked as read."""

    read: int
