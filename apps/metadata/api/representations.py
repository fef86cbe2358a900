"""What readers of definitions see."""

from datetime import datetime
from typing import Any
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
