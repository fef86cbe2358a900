"""What a change tells about its life. The aliases are the names of the ledgers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event

STATUS_CHANGED = "change_status_changed"


class Created(EventPayload):
    number: str
    cloned_from: UUID | None = None
    reverts: UUID | None = None


class Moved(EventPayload):
    """The change went from one state to another."""

    from_status: str
    to_status: str
    reason: str = ""


class Merged(Moved):
    digest: str
    definitions: int
    operations: int


class Voted(EventPayload):
    digest: str
    vote_id: UUID


class Refused(Voted):
    """Somebody said no, or not like this, and why."""

    comment: str


class VotesVoided(EventPayload):
    """Votes that no longer count, and whose they were."""

    reason: str
    voters: list[UUID]


class Replanned(EventPayload):
    """A head moved below a ready change: the plan was made anew."""

    digest_before: str
    digest: str


class TargetChanged(EventPayload):
    target_id: UUID
    type: str
    key: str


class OperationChanged(EventPayload):
    operation_id: UUID
    type: str
    target_id: UUID
    summary: str


class RevertOpened(EventPayload):
    """Somebody drafted the change that undoes this one."""

    revert_id: UUID
    number: str


class Adopted(EventPayload):
    """The change was drafted from what another environment, or another time, says."""

    from_environment_id: UUID
    from_at: datetime | None
    definitions: int
    brought_along: int


class ImpactMeasured(EventPayload):
    """A worker has counted everything that refers to what the change alters."""

    dependants: int
    rows: int


class Commented(EventPayload):
    """Something was said. The words are not in the event: they can be taken back, an event cannot."""

    comment_id: UUID
    operation_id: UUID | None = None
    mentions: list[UUID] = []


class CommentDeleted(EventPayload):
    comment_id: UUID
    author_id: UUID


class ConflictResolved(EventPayload):
    """A decision about one place: whose value stands there. The value is in the change, not in the event."""

    kind: str
    key: str
    path: str
    choice: str


class Rebased(EventPayload):
    """How many definitions follow their heads from now on, and how many conflicts are open."""

    definitions: int
    conflicts: int


class Plain(EventPayload):
    """A fact that its name says whole."""


class Executed(EventPayload):
    """One run of the engine."""

    mode: str
    operations: int


class ExecutionFailed(Executed):
    code: str
    message: str
    findings: list[dict[str, Any]] = []


class GraphChecked(EventPayload):
    errors: int
    warnings: int


class DiffComputed(EventPayload):
    definitions: int
    digest: str


def register() -> None:
    register_event("change.created", Created)
    for verb in (
        "started",
        "reopened",
        "workspace_opened",
        "workspace_closed",
        "checked_in",
        "validation_failed",
        "validation_aborted",
        "reworked",
        "validation_passed",
        "withdrawn",
    ):
        register_event(f"change.{verb}", Moved, aliases=(STATUS_CHANGED,))
    register_event("change.merged", Merged, aliases=(STATUS_CHANGED,))
    register_event("change.validated", GraphChecked)
    register_event("change.edited", Plain)
    register_event("change.archived", Plain)
    register_event("change.approved", Voted)
    register_event("change.approval_withdrawn", Voted)
    register_event("change.changes_requested", Refused)
    register_event("change.denied", Refused)
    register_event("change.votes_voided", VotesVoided)
    register_event("change.replanned", Replanned)
    register_event("change.target_added", TargetChanged, aliases=("change_target_added",))
    register_event("change.target_deleted", TargetChanged, aliases=("change_target_deleted",))
    register_event("change.operation_added", OperationChanged, aliases=("patch_op_added",))
    register_event("change.operation_edited", OperationChanged)
    register_event("change.operation_deleted", OperationChanged, aliases=("patch_op_deleted",))
    register_event("change.revert_opened", RevertOpened)
    register_event("change.adopted", Adopted)
    register_event("change.impact_measured", ImpactMeasured)
    register_event("change.commented", Commented)
    register_event("change.comment_edited", Commented)
    register_event("change.comment_deleted", CommentDeleted)
    register_event("change.conflict_resolved", ConflictResolved)
    register_event("change.resolution_cleared", ConflictResolved)
    register_event("change.rebased", Rebased)
    register_event("execution.started", Executed, aliases=("execution_started",))
    register_event("execution.completed", Executed, aliases=("execution_completed",))
    register_event("execution.failed", ExecutionFailed, aliases=("execution_failed",))
    register_event("graph.validation_succeeded", GraphChecked)
    register_event("graph.validation_failed", GraphChecked)
    register_event("graph.diff_computed", DiffComputed)
