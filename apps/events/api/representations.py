"""What readers of the log and operators of the queue see."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.events.models import Job, Outbox, Timer
from apps.kernel.api.representation import Output


class EventOut(Output):
    """One immutable fact, as the log holds it."""

    id: UUID
    event_type: str = Field(examples=["change.approved"])
    resource_type: str = Field(description="What the event is about.", examples=["changes.change"])
    resource_id: str
    payload: dict[str, Any] = Field(examples=[{"digest": "b5bb9d80"}])
    payload_hash: str = Field(description="SHA-256 over the canonical payload.")
    payload_schema_version: int
    envelope_version: int
    environment_id: UUID | None
    occurred_at: datetime
    ingested_at: datetime
    effective_at: datetime | None
    correlation_id: str
    causation_type: str = Field(examples=["command_id"])
    causation_id: str
    source_ref: str
    source_native_id: str
    source_sequence: int | None
    actor_type: Literal["human", "agent", "service"]
    actor_id: UUID
    permission: str = Field(description="The permission the actor used, or `member`.")
    permission_ref: str = Field(description="The rule that granted it.")
    execution_id: UUID | None
    step_execution_id: UUID | None
    privileged: bool


class TelemetryOut(Output):
    """An event in the columns of the execution telemetry."""

    id: UUID
    event_type: str = Field(description="The telemetry's own name of the event, where it has one.")
    timestamp: datetime
    module_id: str = Field(examples=["system"])
    execution_type: Literal["workflow_step", "task", "agent_action"]
    workflow_id: UUID | None
    workflow_step_id: UUID | None
    execution_id: str | None
    actor_type: Literal["user", "agent", "system"]
    actor_id: UUID | None
    status: Literal["completed", "failed"]
    error_code: str | None
    error_message: str | None
    affected_record_ids: list[str] | None


class JobOut(Output):
    """A command that waits for a worker, or what became of it."""

    id: UUID
    command: str = Field(examples=["change.validate"])
    target: str
    status: Job.Status
    due_at: datetime
    attempts: int
    last_error: str
    correlation_id: str
    caused_by: UUID = Field(description="The command that deferred it.")
    created_at: datetime
    finished_at: datetime | None
    replayed_at: datetime | None


class TimerOut(Output):
    """A clock on one thing, or what became of it."""

    id: UUID
    kind: str = Field(examples=["approval.remind"])
    subject_type: str = Field(examples=["approvals.request"])
    subject_id: str
    status: Timer.Status
    due_at: datetime
    attempts: int
    last_error: str
    correlation_id: str
    caused_by: UUID = Field(description="The command that started it.")
    created_at: datetime
    finished_at: datetime | None


class OutboxOut(Output):
    """An event on its way to its subscribers; it is gone from here once they have it."""

    id: UUID = Field(description="The id of the event.")
    event_type: str = Field(examples=["change.merged"])
    status: Outbox.Status
    due_at: datetime
    attempts: int
    last_error: str
    created_at: datetime
    finished_at: datetime | None
