"""What readers of policies, their versions and decisions see."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue, model_validator

from apps.kernel.api.representation import Output
from apps.policies.core.judgement import ActivePolicy
from apps.policies.core.samples import DELIVERY
from apps.policies.services import Tried

Key = Annotated[str, Field(examples=["releases"])]
Digest = Annotated[str, Field(examples=["9f" * 32])]
Effect = Literal["allow", "require_approval", "deny"]
Mode = Literal["first_match", "deny_overrides", "collect_requirements"]
VersionStatus = Literal["draft", "simulated", "approved", "active", "deprecated"]
RULE = {
    "rule_id": "prod",
    "priority": 10,
    "match": {"action": "change.*", "stage": "prod"},
    "effect": "require_approval",
    "requirements": {"approvals": [{"min": 1, "from_any_of": ["role:Owner"]}]},
}
Rules = Annotated[
    list[dict[str, JsonValue]], Field(description="In the order of (priority, rule id).", examples=[[RULE]])
]


class PolicyOut(Output):
    """A policy as the environment runs its definition. What decides is its active version, if it has one."""

    id: UUID
    project_id: UUID
    environment_id: UUID
    environment: Annotated[str, Field(examples=["dev"])]
    key: Key
    name: Annotated[str, Field(examples=["Releases"])]
    status: Literal["active", "retired"]
    policy_type: Annotated[str, Field(examples=["governance"])]
    evaluation_mode: Mode
    description: str
    owner: Annotated[str | None, Field(examples=["role:Owner"])]
    revision: Annotated[int, Field(examples=[3])]
    digest: Digest
    active_version: Annotated[int | None, Field(description="The number in force here; null: none is.", examples=[2])]
    active_version_id: UUID | None
    newest_version: Annotated[int | None, Field(examples=[3])]
    newest_version_id: UUID | None
    newest_status: VersionStatus | None
    created_at: datetime
    updated_at: Annotated[datetime, Field(validation_alias="moved_at")]


class PolicyDetailOut(PolicyOut):
    """The same with its rules."""

    rules: Rules
    metadata: dict[str, JsonValue]


class PolicyInForceOut(Output):
    """A policy that is asked in an environment. Version 0 is the built-in one."""

    key: Key
    version: Annotated[int, Field(examples=[0])]
    name: Annotated[str, Field(examples=["Approvals"])]
    digest: Digest
    evaluation_mode: Mode
    fallback: Annotated[bool, Field(description="Asked only where the policy of the same key says nothing.")]
    rules: Rules


class TemplateOut(Output):
    """A policy to start from: the payload of the operation `define`."""

    key: Key
    payload: Annotated[dict[str, JsonValue], Field(examples=[DELIVERY])]


class VersionOut(Output):
    """One version of a policy in one environment."""

    id: UUID
    policy_id: Annotated[UUID, Field(validation_alias="definition_id")]
    environment_id: UUID
    key: Key
    name: Annotated[str, Field(examples=["Releases"])]
    number: Annotated[int, Field(examples=[2])]
    digest: Digest
    status: VersionStatus
    change_id: Annotated[UUID, Field(description="The change that wrote it.")]
    author_ids: Annotated[list[UUID], Field(validation_alias="authors", description="None of them approves it.")]
    rolls_back_to_id: UUID | None
    reason: Annotated[str, Field(description="Why it returns to an earlier version.")]
    created_by_id: UUID
    created_at: datetime
    simulation_requested_at: datetime | None
    simulated_at: datetime | None
    approved_at: datetime | None
    activated_by_id: UUID | None
    activated_at: datetime | None
    deprecated_by_id: UUID | None
    deprecated_at: datetime | None
    deprecation_reason: str


class ReportOut(Output):
    """A simulation: past decisions of the environment made again with the version in force."""

    digest: Digest
    replayed: Annotated[int, Field(examples=[120])]
    flipped: Annotated[int, Field(examples=[2])]
    flips: Annotated[
        list[dict[str, JsonValue]],
        Field(
            description="The first 200 that would be others: the decision, what it was and what it would be.",
            examples=[[{"action": "change.merge", "before": {"effect": "allow"}, "after": {"effect": "deny"}}]],
        ),
    ]


class AskedSeatsOut(Output):
    """Places for people; an empty `any_of` is anybody who may approve."""

    count: Annotated[int, Field(examples=[1])]
    any_of: Annotated[list[str], Field(examples=[["role:Owner"]])]


class VersionDetailOut(VersionOut):
    """The same with its rules, its simulation, and what the next act on it takes."""

    evaluation_mode: Mode
    rules: Rules
    report: ReportOut | None
    approval_digest: Annotated[
        str | None, Field(description="What a vote is for now; null when there is nothing to agree to.")
    ]
    act: Annotated[str | None, Field(description="What the vote is about.", examples=["policy.activate"])]
    required: Annotated[int, Field(description="How many different people it takes.", examples=[2])]
    missing: Annotated[list[AskedSeatsOut], Field(description="The places nobody fills now.")]


class MatchOut(Output):
    """A rule that decided."""

    policy_key: Key
    version: Annotated[int, Field(description="0 is the built-in policy.", examples=[2])]
    digest: Digest
    rule_id: Annotated[str, Field(examples=["prod"])]
    effect: Effect
    text: Annotated[str, Field(examples=["Approval for change.* in prod: 1 of Owner"])]


class OutcomeOut(Output):
    """What the policies say."""

    effect: Effect
    requirement: Annotated[
        dict[str, JsonValue], Field(examples=[{"votes": 1, "seats": [{"count": 1, "any_of": ["role:Owner"]}]}])
    ]
    windows: Annotated[
        list[dict[str, JsonValue]],
        Field(examples=[[{"timezone": "UTC", "days": ["mon"], "opens": "08:00", "closes": "17:00"}]]),
    ]
    tests_required: bool
    separation_of_duties: bool
    deadline_hours: int | None
    matches: list[MatchOut]


class AskedPolicyOut(Output):
    """A policy that was asked."""

    key: Key
    version: Annotated[int, Field(examples=[2])]
    digest: Digest
    fallback: bool


class InputsOut(Output):
    """Everything a decision was made from."""

    action: Annotated[str, Field(examples=["change.merge"])]
    stage: Annotated[str, Field(examples=["prod"])]
    environment_id: str
    resource_types: Annotated[list[str], Field(examples=[["record_type"]])]
    risk: Annotated[str, Field(examples=["low"])]
    reversibility: Annotated[str, Field(examples=["lossless"])]
    actor_kind: Annotated[str, Field(examples=["human"])]
    actor_subjects: Annotated[list[str], Field(examples=[["role:Admin"]])]
    lane: Annotated[str, Field(examples=["interactive"])]
    safety_class: Annotated[str, Field(examples=["WRITE_INTERNAL"])]


class PolicyDecisionOut(Output):
    """What was decided about a subject."""

    id: UUID
    environment_id: UUID
    subject_type: Annotated[str, Field(examples=["changes.change"])]
    subject_id: UUID
    action: Annotated[str, Field(examples=["change.merge"])]
    effect: Effect
    digest: Digest
    actor_id: UUID
    correlation_id: str
    decided_at: datetime


class PolicyDecisionDetailOut(PolicyDecisionOut):
    """The same with everything it was made from and what came out."""

    inputs: InputsOut
    policies: list[AskedPolicyOut]
    outcome: OutcomeOut


class ReasonOut(Output):
    """A rule behind a decision, in words and as it was written."""

    policy_key: Key
    policy_name: Annotated[str, Field(examples=["Releases"])]
    version: Annotated[int, Field(examples=[2])]
    version_id: Annotated[UUID | None, Field(description="Null for the built-in policy.")]
    rule_id: Annotated[str, Field(examples=["prod"])]
    effect: Effect
    text: str
    rule: Annotated[dict[str, JsonValue], Field(examples=[RULE])]


class ReplayOut(Output):
    """A decision made again from what was kept of it."""

    decision_id: UUID
    same: Annotated[bool, Field(description="Whether it met the stored bytes.")]
    stored_digest: Digest
    digest: Digest
    outcome: OutcomeOut


class TriedOut(OutcomeOut):
    """What the policies would say; nothing was decided."""

    reason: Annotated[str, Field(description="One sentence for people.")]
    inputs: InputsOut
    policies: list[AskedPolicyOut]
    is_open: Annotated[bool, Field(description="Whether its time windows are open now.")]
    opens_at: Annotated[datetime | None, Field(description="When they all are open next.")]

    @model_validator(mode="before")
    @classmethod
    def _of_a_trial(cls, value: Any) -> Any:
        return value.as_dict() if isinstance(value, Tried) else value


def in_force_row(policy: ActivePolicy, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """For ``PolicyInForceOut``."""
    return {
        **policy.as_dict(),
        "name": policy.content["name"],
        "evaluation_mode": policy.content["evaluation_mode"],
        "rules": rules,
    }
