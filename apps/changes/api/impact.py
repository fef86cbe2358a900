"""What a change reaches, and how it can be undone, over REST."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.changes import queries, services
from apps.changes.api.representations import ChangeOut, PlanOut
from apps.changes.models import Change
from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.representation import Output
from apps.kernel.errors import NotFound

Reversibility = Literal["lossless", "lossy", "irreversible"]


class TargetImpactOut(Output):
    """Who refers to one definition that changes, by kind."""

    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["task"])
    by_kind: dict[str, int] = Field(examples=[{"record_type": 12}])


class DefinitionRefOut(Output):
    """A definition by its kind and key."""

    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["task"])


class DependantOut(Output):
    """A definition that refers to one that changes; not `direct` where it refers to what inherits from it."""

    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    edge: str = Field(examples=["inherits"])
    target: DefinitionRefOut
    direct: bool


class TargetCountOut(DefinitionRefOut):
    count: int


class ImpactPartOut(Output):
    """What one part of the system counts: records, executions, saved views."""

    name: str = Field(examples=["records"])
    count: int
    sample: list[str]
    complete: bool
    counts_as: Literal["dependants", "rows", "nothing"]
    by_target: list[TargetCountOut]


class RiskInputsOut(Output):
    """What the tier was made from."""

    stage: str = Field(examples=["prod"])
    reversibility: Reversibility
    dependants: int
    rows: int
    complete: bool


class RiskOut(Output):
    """How risky the change is, and the rule that says so."""

    tier: Literal["low", "medium", "high"]
    rule: str = Field(examples=["dependants"])
    sentence: str
    inputs: RiskInputsOut


class ImpactOut(Output):
    """What merging the change reaches. Counts are lower bounds until `complete`."""

    dependants: int = Field(description="Definitions that refer to what changes, each counted once.")
    rows: int = Field(description="Records it touches.")
    by_kind: dict[str, int] = Field(examples=[{"record_type": 12}])
    by_target: list[TargetImpactOut]
    sample: list[DependantOut]
    parts: list[ImpactPartOut]
    complete: bool
    status: Literal["measuring", "complete", "cut_off"] = Field(
        description="`measuring` while a worker counts on; `cut_off` where the next validation will have one do so."
    )
    progress: float = Field(examples=[1.0], description="From 0 to 1.")
    measured_at: datetime | None = Field(description="When the validation, or the worker, did; null: for this answer.")
    risk: RiskOut | None


class UndoneOperationOut(Output):
    """One operation of a merged change, and how well it can be undone."""

    operation_id: UUID
    kind: str
    key: str
    summary: str
    reversibility: Reversibility


class UndoingOut(Output):
    """One operation that a revert would stage."""

    kind: str
    key: str
    op_type: str = Field(examples=["remove_field"])
    summary: str


class MovedSinceOut(Output):
    """A merge into a definition after the change had moved it."""

    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    revision: int
    change_id: UUID
    number: str = Field(examples=["CHG0000012"])
    title: str
    by_id: UUID | None
    by_name: str
    at: datetime


class ReversalOut(Output):
    """What reverting a merged change would do."""

    reversibility: Reversibility = Field(description="The worst of its operations.")
    operations: list[UndoneOperationOut]
    undoing: list[UndoingOut]
    reverted_by_id: UUID | None = Field(description="The change that reverts it already, merged or on its way.")
    since: list[MovedSinceOut] = Field(description="Later merges into the same definitions, newest first; the last 50.")


class RevertOut(Output):
    """The draft that undoes a change, and what happened since."""

    change: ChangeOut
    plan: PlanOut = Field(description="What merging it would do now; `is_clean` when nothing is in its way.")
    since: list[MovedSinceOut] = Field(description="Later merges into the same definitions, newest first; the last 50.")


COMMANDS = {"revert": Write("change.revert", shows=RevertOut, errors=(422,))}


class ImpactReads:
    """The routes a viewset of changes gets."""

    @reads("impact", ImpactOut)
    def impact(self, change: Change) -> Any:
        """Show what merging the change reaches.

        As its last validation found it, or now where its operations are others since; 404 for a merged change that was
        never validated.
        """
        measured = queries.measured_impact(change)
        if measured is not None:
            return {**measured, "risk": (change.plan or {}).get("risk")}
        if change.status == Change.Status.MERGED:
            raise NotFound(number=change.number)
        planned = services.plan_change(change)
        status, progress = ("complete", 1.0) if planned.impact.complete else ("cut_off", 0.0)
        told = {"status": status, "progress": progress, "measured_at": None, "risk": planned.risk.as_dict()}
        return {**planned.impact.as_dict(), **told}

    @reads("reversal", ReversalOut)
    def reversal(self, change: Change) -> Any:
        """Show how well a merged change can be undone, operation by operation; 409 for one that is not merged."""
        earlier = queries.reversal_of(change.pk)
        shown = services.reversal_preview(change).as_dict()
        reverted = {"reverted_by_id": earlier.pk if earlier else None}
        return {**shown, **reverted, "since": queries.moved_since(change)}


def reverted(draft: Change) -> dict[str, Any]:
    """The answer to a revert."""
    undone = draft.reverts
    return {"change": draft, "plan": draft.plan, "since": queries.moved_since(undone) if undone else []}
