"""The content of a policy: the envelope and its rules (XY-086, XY-088..091).

Rules are a map by lineage id; what decides between them is ``(priority, rule_id)``. A rule is kept *sparse*: what says
nothing is left out, so that equal policies are equal bytes.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    model_validator,
)

from apps.access.core.subjects import canonical_subject
from apps.kernel.canonical import LINEAGE_ID_PATTERN
from apps.kernel.kinds import Projected
from apps.metadata.core.content import Content
from apps.metadata.core.findings import Finding

MAX_RULES = 500
DEFAULT_PRIORITY = 100
RULE_ID_PATTERN = r"^[a-z0-9][a-z0-9_.-]{0,62}$"
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _subject(text: str) -> str:
    known = canonical_subject(text)
    if known is None:
        raise ValueError("An approver is role:<name>, team:<id> or principal:<id>.")
    return known


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"There is no time zone “{name}”.") from error
    return name


def _unique(values: list[str]) -> list[str]:
    return sorted(set(values))


Name = Annotated[StrictStr, Field(min_length=1, max_length=120)]
Description = Annotated[StrictStr, Field(max_length=2_000)]
RuleId = Annotated[StrictStr, Field(pattern=RULE_ID_PATTERN)]
LineageId = Annotated[StrictStr, Field(pattern=LINEAGE_ID_PATTERN)]
Priority = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Subject = Annotated[StrictStr, Field(max_length=200), AfterValidator(_subject)]
Subjects = Annotated[list[Subject], Field(max_length=50), AfterValidator(_unique)]
TimeOfDay = Annotated[StrictStr, Field(pattern=TIME_PATTERN)]
Zone = Annotated[StrictStr, Field(max_length=64), AfterValidator(_zone)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ActionPattern = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_.*?]{1,100}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatchContent(_Part):
    """What a rule is about. A key that is not there matches everything, as ``any`` does."""

    action: ActionPattern = "*"
    stage: Literal["dev", "test", "prod", "any"] = "any"
    resource_type: Annotated[StrictStr, Field(min_length=1, max_length=40)] = "any"
    risk: Literal["low", "medium", "high", "any"] = "any"
    env_id: Annotated[StrictStr, Field(pattern=r"^[0-9a-f-]{36}$")] | None = None
    actor: Subjects = []
    actor_kind: Literal["human", "agent", "service", "any"] = "any"
    lane: Literal["interactive", "background", "batch", "any"] = "any"
    safety_class: Literal["READ", "WRITE_INTERNAL", "WRITE_EXTERNAL_SIDE_EFFECT", "any"] = "any"
    reversibility: Literal["lossless", "lossy", "irreversible", "any"] = "any"


class ApprovalsContent(_Part):
    """``min`` people who are any of these; ``additional`` ones come on top of what else is asked."""

    min: Annotated[StrictInt, Field(ge=1, le=20)]
    from_any_of: Subjects = []
    additional: StrictBool = False


class WindowContent(_Part):
    """Hours on days of the week. Hours that close at or before they open end on the next day."""

    timezone: Zone = "UTC"
    days: Annotated[list[Day], Field(min_length=1, max_length=7)] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    opens: TimeOfDay
    closes: TimeOfDay


class RequirementsContent(_Part):
    """What a rule asks for."""

    approvals: Annotated[list[ApprovalsContent], Field(max_length=20)] = []
    time_window: WindowContent | None = None
    tests_required: StrictBool = False
    separation_of_duties: StrictBool = False
    deadline_hours: Annotated[StrictInt, Field(ge=1, le=24 * 90)] | None = None


class RuleContent(_Part):
    """One governance rule."""

    rule_id: RuleId
    priority: Priority = DEFAULT_PRIORITY
    match: MatchContent = MatchContent()
    requirements: RequirementsContent = RequirementsContent()
    effect: Literal["allow", "deny", "require_approval"]
    description: Description = ""

    @model_validator(mode="after")
    def _asks_for_what_its_effect_means(self) -> "RuleContent":
        asked = self.requirements
        if self.effect == "require_approval" and not asked.approvals:
            raise ValueError("require_approval says whose: give requirements.approvals.")
        if self.effect == "allow" and asked.approvals:
            raise ValueError("allow asks for nobody's approval: use the effect require_approval.")
        if self.effect == "deny" and asked != RequirementsContent():
            raise ValueError("deny asks for nothing: leave requirements out.")
        if asked.deadline_hours is not None and not asked.approvals:
            raise ValueError("deadline_hours is the deadline of approvals: give requirements.approvals.")
        return self


class PolicyContent(_Part):
    """The whole of a policy."""

    name: Name
    status: Literal["active", "retired"] = "active"
    policy_type: Literal["governance"] = "governance"
    evaluation_mode: Literal["first_match", "deny_overrides", "collect_requirements"] = "first_match"
    description: Description = ""
    owner: Subject | None = None
    rules: Annotated[dict[LineageId, RuleContent], Field(max_length=MAX_RULES)] = {}
    metadata: Annotated[dict[str, JsonValue], Field(max_length=50)] = {}


def sparse_rule(rule: RuleContent) -> dict[str, Any]:
    """The rule as it is stored: complete in what decides, without what says nothing."""
    stored = rule.model_dump(mode="json", exclude_defaults=True)
    stored |= {"rule_id": rule.rule_id, "priority": rule.priority, "effect": rule.effect}
    stored["match"] = rule.match.model_dump(mode="json", exclude_defaults=True)
    if rule.requirements.time_window is not None:
        stored["requirements"]["time_window"] = rule.requirements.time_window.model_dump(mode="json")
    if not stored.get("requirements"):
        stored.pop("requirements", None)
    return stored


def rules_of(content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The rules by lineage id."""
    rules = content.get("rules")
    return rules if isinstance(rules, Mapping) else {}


def lineage_of(content: Mapping[str, Any], reference: str) -> str | None:
    """The lineage id of the rule of that rule id, or of that lineage id."""
    rules = rules_of(content)
    named = [lineage for lineage in sorted(rules) if rules[lineage].get("rule_id") == reference]
    return named[0] if named else reference if reference in rules else None


def check(content: Content) -> list[Finding]:
    """Whether the content has its shape and every rule a name of its own."""
    try:
        PolicyContent.model_validate(content)
    except ValidationError as error:
        return [
            Finding.error("INVALID_CONTENT", fault["msg"].removeprefix("Value error, "), tuple(map(str, fault["loc"])))
            for fault in error.errors()
        ]
    return list(_duplicates(content))


def _duplicates(content: Content) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    rules = rules_of(content)
    for lineage in sorted(rules):
        rule_id = rules[lineage]["rule_id"]
        if rule_id in seen:
            message = f"There are two rules named “{rule_id}”."
            yield Finding.error("RULE_EXISTS", message, ("rules", lineage, "rule_id"), details={"rule_id": rule_id})
        seen[rule_id] = lineage


def projected(content: Content) -> Projected:
    """What a head shows."""
    return Projected(str(content.get("name", "")), str(content.get("status", "active")))
