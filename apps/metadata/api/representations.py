"""What readers of definitions see."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.api.representation import Output


class DefinitionOut(Output):
    """The lineage of one piece of metadata."""

    id: UUID
    project_id: UUID
    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    created_at: datetime


class MoveOut(Output):
    """A move of a head: from then on the environment ran this revision."""

    id: UUID
    environment_id: UUID
    definition_id: UUID
    revision_id: UUID
    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    name: str = Field(examples=["Incident"])
    status: str = Field(examples=["active"])
    number: int = Field(examples=[3])
    digest: str = Field(examples=["0" * 64])
    digest_before: str = Field(description="Empty at the first move.", examples=["0" * 64])
    change_id: UUID
    moved_by_id: UUID | None = Field(description="Null only for a move older than the history that has lost its event.")
    moved_at: datetime


class StateOut(MoveOut):
    """What an environment ran, with its content."""

    content: dict[str, Any]


class DefinitionDetailOut(DefinitionOut):
    """A definition, and what it says in one environment at one time; `state` is null where it does not run there."""

    environment_id: UUID
    state: StateOut | None


class RevisionOut(Output):
    """What a definition said at one point."""

    id: UUID
    definition_id: UUID
    number: int = Field(examples=[3])
    digest: str = Field(examples=["0" * 64])
    change_id: UUID
    content: dict[str, Any]
    created_at: datetime


class HeadOut(Output):
    """Which revision of a definition an environment runs."""

    id: UUID
    definition_id: UUID
    revision_id: UUID
    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    name: str = Field(examples=["Incident"])
    status: str = Field(examples=["active"])
    number: int = Field(examples=[3])
    digest: str = Field(examples=["0" * 64])
    moved_at: datetime


class RootOut(Output):
    """The hash over an environment's heads: two environments are equal exactly when their roots are."""

    environment_id: UUID
    root_digest: str = Field(examples=["0" * 64])


class DifferingOut(Output):
    """A definition that differs between two sides. `change` is what adopting the other side would do."""

    definition_id: UUID
    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    change: Literal["added", "removed", "changed"]
    here: MoveOut | None = Field(description="What this side runs, and the move that brought it there.")
    there: MoveOut | None = Field(description="What the other side runs, and the move that brought it there.")


class KindDriftOut(Output):
    """The differences of one kind, counted."""

    kind: str = Field(examples=["record_type"])
    added: int = Field(description="Only on the other side.")
    removed: int = Field(description="Only on this side.")
    changed: int = Field(description="On both, not alike.")
    unchanged: int


class DriftOut(Output):
    """Two sides at a glance: equal exactly when their roots are."""

    equal: bool
    here_root: str = Field(examples=["0" * 64])
    there_root: str = Field(examples=["0" * 64])
    added: int
    removed: int
    changed: int
    unchanged: int
    kinds: list[KindDriftOut]


class ComparedOut(Output):
    """One side of a comparison."""

    revision_id: UUID
    number: int = Field(examples=[3])
    digest: str = Field(examples=["0" * 64])
    change_id: UUID


class DefinitionDiffOut(Output):
    """What differs between two revisions of a definition. A side is null where the definition did not exist."""

    definition_id: UUID
    kind: str = Field(examples=["record_type"])
    key: str = Field(examples=["incident"])
    before: ComparedOut | None
    after: ComparedOut | None
    differences: list[dict[str, Any]] = Field(
        examples=[[{"path": "/fields/b4m2q8x0c1r7t/label", "change": "changed", "before": "Prio", "after": "Priority"}]]
    )


class BlameOut(Output):
    """One attribute and the change that gave it the value it has."""

    path: str = Field(description="A JSON Pointer.", examples=["/fields/b4m2q8x0c1r7t/label"])
    value: Any
    number: int = Field(description="The revision.", examples=[3])
    revision_id: UUID
    change_id: UUID
    moved_by_id: UUID | None
    moved_at: datetime
    or_earlier: bool = Field(description="The history is longer than what was read; the value may be older.")
