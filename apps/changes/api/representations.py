"""What readers of changes see."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, computed_field, field_serializer

from apps.changes.core.lifecycle import ARCHIVED, askable_from
from apps.kernel.api.representation import Output

Status = Literal[
    "Draft", "Implementing", "WorkspaceRunning", "Validating", "ValidationFailed", "Ready", "Merged", "Archived"
]


class ChangeOut(Output):
    """A change: what it is for, where it belongs, how far it is."""

    id: UUID
    number: str = Field(examples=["CHG0000012"])
    title: str = Field(examples=["Add urgency to incident"])
    description: str
    status: Status = Field(
        description="`Archived`: it was put away, or denied; `denied_at`, `denied_by_id` and `denial_reason` say so.",
    )
    origin: Literal["manual", "direct", "clone", "revert", "adoption"]
    project_id: UUID
    environment_id: UUID
    module_id: UUID | None
    cloned_from_id: UUID | None
    reverts_id: UUID | None = Field(description="The merged change that this one undoes.")
    base_sha: str
    module_path: str
    branch_name: str
    author_id: UUID = Field(description="The person who answers for it, also behind an agent.")
    created_by_id: UUID
    created_by_kind: Literal["human", "agent", "service"]
    created_at: datetime
    updated_at: datetime
    approval_digest: str = Field(description="What a vote is for; empty until it is validated.", examples=["0" * 64])
    validated_at: datetime | None
    checked_in_by_id: UUID | None
    checked_in_at: datetime | None
    merged_by_id: UUID | None
    merged_at: datetime | None
    archived_at: datetime | None
    denied_by_id: UUID | None
    denied_at: datetime | None
    denial_reason: str

    @field_serializer("status")
    def shown_status(self, status: Status) -> Status:
        return status if self.archived_at is None else ARCHIVED

    @computed_field(description="The statuses that can be asked for now.", examples=[["Draft"]])
    def allowed_statuses(self) -> list[str]:
        return [] if self.archived_at is not None else [str(state) for state in askable_from(self.status)]


class TargetOut(Output):
    """A definition a change may touch."""

    id: UUID
    change_id: UUID
    project_id: UUID
    type: str = Field(examples=["record_type"], validation_alias="kind")
    key: str = Field(examples=["incident"])
    selector: dict[str, str] = Field(examples=[{"record_type_key": "incident"}])
    base_revision_id: UUID | None = Field(description="What its operations were made against.")
    created_at: datetime


class SnapshotRefOut(Output):
    """The state before, by reference; its content is among the change's snapshots."""

    id: UUID
    revision_before_id: UUID | None
    absent: bool


class OperationOut(Output):
    """One operation of a change."""

    id: UUID
    change_id: UUID
    target_id: UUID
    type: str = Field(examples=["record_type"], validation_alias="kind")
    key: str = Field(examples=["incident"])
    sequence: int = Field(examples=[1])
    op_type: str = Field(examples=["add_field"], validation_alias="operation")
    payload: dict[str, Any] = Field(description="As it was written.", validation_alias="display")
    bound: dict[str, Any] = Field(description="As it is stored, with ids.", validation_alias="payload")
    summary: str = Field(examples=["Add field “urgency”"])
    state: Literal["pending", "executed"]
    author_id: UUID
    created_at: datetime
    executed_at: datetime | None
    previous_snapshot: SnapshotRefOut | None


class OperationsOut(Output):
    """The operations that were staged together."""

    items: list[OperationOut]


class DifferencesOut(Output):
    """What becomes of one definition."""

    kind: str
    key: str
    digest_before: str | None
    digest_after: str | None
    replayed: bool = Field(description="Its head moved meanwhile and the operations were replayed on it.")
    differences: list[dict[str, Any]] = Field(
        examples=[[{"path": "/fields/b4m2q8x0c1r7t/label", "change": "changed", "before": "Prio", "after": "Priority"}]]
    )


class PlanOut(Output):
    """What merging would do, as the last validation found it."""

    digest: str
    is_clean: bool
    requirement: dict[str, Any] = Field(
        description="Whose agreement it takes.", examples=[{"votes": 1, "seats": [{"count": 1, "any_of": []}]}]
    )
    definitions: list[DifferencesOut]
    findings: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    settled: list[dict[str, Any]] = Field(default=[], description="Conflicts that a resolution decides.")
    impact: dict[str, Any] | None = Field(default=None, description="What refers to what changes, and how much of it.")
    risk: dict[str, Any] | None = Field(
        default=None, description="The tier, the rule that gave it and what it was made from."
    )
    policy: dict[str, Any] | None = Field(default=None, description="What the policies say, and which rule said so.")
    reversibility: dict[str, str] = Field(description="How each operation can be undone, by its id.")


class DryRunOut(PlanOut):
    """What merging would do now. Nothing was written."""

    success: bool
    dry_run: bool
    diff: list[DifferencesOut]
    resulting_schemas: dict[str, dict[str, Any]] = Field(description="By `type/key`.")
    warnings: list[dict[str, Any]]


class MergedDefinitionOut(Output):
    """A head that moved."""

    kind: str
    key: str
    definition_id: UUID
    revision_id: UUID
    revision_before_id: UUID | None
    number: int


class MergeOut(Output):
    """What a merge did."""

    change: ChangeOut
    executed_ops: list[UUID]
    snapshots: int
    moved: list[MergedDefinitionOut]
    diff: list[DifferencesOut]


class SnapshotOut(Output):
    """A definition as it was before the change; `absent` when it did not exist."""

    id: UUID
    change_id: UUID
    kind: str
    key: str
    definition_id: UUID
    revision_before_id: UUID | None
    absent: bool
    content: dict[str, Any] | None
    taken_at: datetime


class ChangeEventOut(Output):
    """One thing that happened to a change."""

    id: UUID
    event_type: str = Field(examples=["change.checked_in"])
    occurred_at: datetime
    actor_type: str = Field(examples=["human"])
    actor_id: UUID
    payload: dict[str, Any]
    correlation_id: str


class ChangeProjectOut(Output):
    """The project of a change."""

    id: UUID
    name: str = Field(examples=["IT service management"])
    key: str = Field(examples=["itsm"])
    description: str
    default_branch: str
    is_default: bool


class WorkspaceOut(Output):
    """A running preview of a change."""

    id: UUID
    change_id: UUID
    status: Literal["Pending", "Running", "Stopped", "Failed"]
    preview_url: str | None


class AgentRunOut(Output):
    """One run of an agent for a change."""

    id: UUID
    change_id: UUID
    intent: str
    status: Literal["Pending", "Running", "Passed", "Failed"]
