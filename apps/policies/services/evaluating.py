"""Trying a decision: what the policies would say, without anything being decided."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pydantic import Field

from apps.kernel.commands import Safety, command
from apps.policies.core.judgement import Judgement
from apps.policies.models import PolicyVersion
from apps.policies.services.judging import judge
from apps.tenancy.models import Environment

Action = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9_.]+$", examples=["change.merge"])]
Words = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=50)]


class Tried(NamedTuple):
    """A judgement nobody asked for in earnest, and whether its windows are open now."""

    judgement: Judgement
    is_open: bool
    opens_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.judgement.as_dict(),
            "reason": self.judgement.reason,
            "is_open": self.is_open,
            "opens_at": self.opens_at,
        }


@command("policy.evaluate", safety=Safety.READ)
def evaluate_policies(
    *,
    environment_id: UUID,
    action: Action,
    resource_types: Words | None = None,
    risk: Literal["low", "medium", "high"] = "low",
    reversibility: Literal["lossless", "lossy", "irreversible"] = "lossless",
    actor_kind: Literal["human", "agent", "service"] = "human",
    actor_subjects: Words | None = None,
    lane: Literal["interactive", "background", "batch"] = "interactive",
    safety_class: Literal["READ", "WRITE_INTERNAL", "WRITE_EXTERNAL_SIDE_EFFECT"] | None = None,
    version_id: UUID | None = None,
    at: datetime,
) -> Tried:
    """Try a decision: what the policies in force would say of an act, and which rules say so.

    With `version_id`, as if that version were in force. Nothing is decided and no decision is kept.
    """
    environment: Environment = Environment.objects.one(environment_id)
    judgement = judge(
        action,
        environment=environment,
        resource_types=resource_types or (),
        risk=risk,
        reversibility=reversibility,
        actor_kind=actor_kind,
        actor_subjects=actor_subjects or (),
        lane=lane,
        safety_class=safety_class,
        candidate=PolicyVersion.objects.one(version_id) if version_id is not None else None,
    )
    return Tried(judgement, judgement.is_open(at), judgement.next_opening(at))
