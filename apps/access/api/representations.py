"""What readers of roles and decisions see."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.api.representation import Output


class PermissionOut(Output):
    """A right, by its name."""

    id: str = Field(description="The permission's name.", examples=["change.approve"])
    name: str = Field(examples=["change.approve"])
    description: str = Field(examples=["Check in, approve and merge changes."])


class RoleOut(Output):
    """A named set of permissions of the tenant. A disabled one grants nothing."""

    id: UUID
    name: str = Field(examples=["Editor"])
    description: str
    status: Literal["active", "disabled"]
    is_seeded: bool
    created_at: datetime


class SeededOut(Output):
    """How many roles and grants were made, and how many were there."""

    created: int
    existing: int


class DecisionOut(Output):
    """One decision of the guard, allowed or denied, with the rule that decided."""

    id: UUID
    actor_type: Literal["user", "agent", "system"]
    actor_id: UUID
    permission: str = Field(examples=["change.approve"])
    command: str = Field(examples=["change.merge"])
    resource_id: str | None
    outcome: Literal["allow", "deny"]
    reason: str = Field(examples=["role:Admin"])
    correlation_id: str
    timestamp: datetime


class AccessOut(Output):
    """Whether the console is open to you."""

    allowed: Literal[True]
