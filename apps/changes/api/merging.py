"""Conflicts over REST: what a change and its environment disagree about, and what was decided."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.changes.models import Change
from apps.changes.services import Resolved, plan_change
from apps.changes.services.conflicts import Met, conflicts_of
from apps.changes.services.planning import Planned
from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.representation import Output
from apps.metadata.core.content import MISSING


class MoverOut(Output):
    """The merge that gave the environment the value it has there."""

    change_id: UUID
    number: str = Field(examples=["CHG0000012"])
    title: str
    by_id: UUID | None
    by_name: str
    at: datetime
    revision: int


class ResolutionOut(Output):
    """What was decided; `holds` while both sides are what was seen, otherwise it is a suggestion."""

    choice: Literal["mine", "theirs", "edited"]
    value: Any = Field(description="What stands there by it; null also where nothing does.")
    holds: bool
    author_id: UUID = Field(description="The person who answers for it.")
    resolved_by_id: UUID
    resolved_at: datetime


class ConflictOut(Output):
    """One place that the change and what was merged meanwhile gave different values.

    A side named in `absent` has no value there.
    """

    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    path: str = Field(examples=["/fields/b4m2q8x0c1r7t/label"])
    seen: str = Field(description="To be sent back with a decision.", examples=["0" * 64])
    is_open: bool
    base: Any = Field(description="What the change remembers.")
    theirs: Any = Field(description="What the environment has.")
    mine: Any = Field(description="What the change wants.")
    absent: list[Literal["base", "theirs", "mine"]]
    operation_ids: list[UUID]
    moved_by: MoverOut | None
    resolution: ResolutionOut | None


class ConflictsOut(Output):
    """The conflicts of a change, and whether what is merged from both sides holds together.

    `is_clean` is said of the merged contents, validated anew: no conflict is open and no finding is an error.
    """

    change_id: UUID
    number: str = Field(examples=["CHG0000012"])
    open: int
    settled: int
    is_clean: bool
    conflicts: list[ConflictOut]
    findings: list[dict[str, Any]] = Field(description="What validation says of the merged contents.")


COMMANDS: dict[str, str | Write] = {
    "resolve": Write("change.resolve_conflicts", shows=ConflictsOut, errors=(422,)),
    "clear-resolution": Write("change.clear_resolution", shows=ConflictsOut),
    "rebase": Write("change.rebase", shows=ConflictsOut),
}


class ConflictReads:
    """The conflicts of a change."""

    @reads("conflicts", ConflictsOut)
    def conflicts(self, change: Change) -> Any:
        """Show where the change and its environment disagree now, what was decided, and who moved the environment."""
        if change.status == Change.Status.MERGED:  # what it met is history; the environment has moved on
            return {**_place(change), "open": 0, "settled": 0, "is_clean": True, "conflicts": [], "findings": []}
        return _shown(change, plan_change(change))


def resolved(result: Resolved) -> dict[str, Any]:
    """The answer to a decision and to a rebase."""
    return _shown(result.change, result.planned)


def _place(change: Change) -> dict[str, Any]:
    return {"change_id": change.pk, "number": change.number}


def _shown(change: Change, planned: Planned) -> dict[str, Any]:
    met = conflicts_of(change, planned)
    return {
        **_place(change),
        "open": len(planned.plan.conflicts),
        "settled": len(planned.plan.settled),
        "is_clean": planned.is_clean,
        "conflicts": [_conflict(one) for one in met],
        "findings": [finding.as_dict() for finding in planned.findings],
    }


def _conflict(met: Met) -> dict[str, Any]:
    conflict, stored = met.conflict, met.stored
    sides = {"base": conflict.base, "theirs": conflict.theirs, "mine": conflict.mine}
    shown = conflict.as_dict()
    return {
        "kind": conflict.kind,
        "key": conflict.key,
        "path": shown["path"],
        "seen": shown["seen"],
        "is_open": met.is_open,
        **{side: shown.get(side) for side in sides},
        "absent": [side for side, value in sides.items() if value is MISSING],
        "operation_ids": list(conflict.operation_ids),
        "moved_by": met.mover,
        "resolution": stored
        and {
            "choice": stored.choice,
            "value": stored.value,
            "holds": not met.is_open,
            "author_id": stored.author_id,
            "resolved_by_id": stored.resolved_by_id,
            "resolved_at": stored.resolved_at,
        },
    }
