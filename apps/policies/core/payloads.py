"""What callers send about policies, and the refusals that say what was probably meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictStr, ValidationError

from apps.kernel.canonical import NotCanonical, canonical_json
from apps.metadata.core.faults import Fault, InvalidPayload
from apps.policies.core.content import (
    KEY_PATTERN,
    MAX_RULES,
    Description,
    MatchContent,
    Name,
    Priority,
    RequirementsContent,
    RuleContent,
    RuleId,
    Subject,
)
from apps.policies.core.vocabulary import (
    ACTOR_KINDS,
    ANY,
    GOVERNANCE,
    LANES,
    POLICY_TYPES,
    REVERSIBILITIES,
    RISKS,
    SAFETY_CLASSES,
    STAGES,
    names_action,
    unknown,
)

MATCH_KEYS = tuple(sorted(MatchContent.model_fields))
REQUIREMENT_KEYS = tuple(sorted(RequirementsContent.model_fields))
#: Requirements of the ledger that nothing can check yet.
LATER_REQUIREMENTS = frozenset({"mfa", "eval_required"})
_WORDS: Mapping[str, tuple[str, ...]] = {
    "stage": STAGES,
    "risk": RISKS,
    "actor_kind": ACTOR_KINDS,
    "lane": LANES,
    "safety_class": SAFETY_CLASSES,
    "reversibility": REVERSIBILITIES,
}


class InvalidPolicy(InvalidPayload):
    """A payload of a policy that is wrong in itself."""


@dataclass(frozen=True, slots=True)
class Words:
    """The actions, kinds of things and approvers that exist here: what a rule may name."""

    actions: frozenset[str]
    resource_types: frozenset[str]
    strangers: Mapping[str, str] = field(default_factory=dict)
    """Approvers that nobody ever was, with the sentence that says so."""
    untested: frozenset[str] = frozenset()
    """Actions that would wait for tests which nothing reports."""


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Written = dict[str, JsonValue]


class RulePayload(Payload):
    """A new rule as it is written; its match and requirements are read word by word."""

    rule_id: RuleId
    priority: Priority = 100
    match: Written = {}
    requirements: Written = {}
    effect: StrictStr
    description: Description = ""


class SetRulePayload(Payload):
    """Attributes of a rule. Null clears, an omitted one stays as it is. ``rule`` is its id."""

    rule: StrictStr
    priority: Priority | None = None
    match: Written | None = None
    requirements: Written | None = None
    effect: StrictStr | None = None
    description: Description | None = None


class RemoveRulePayload(Payload):
    rule: StrictStr


class DefinePolicyPayload(Payload):
    key: Annotated[StrictStr, Field(pattern=KEY_PATTERN)]
    name: Name
    policy_type: StrictStr = GOVERNANCE
    evaluation_mode: Literal["first_match", "deny_overrides", "collect_requirements"] = "first_match"
    description: Description = ""
    owner: Subject | None = None
    rules: Annotated[list[Written], Field(max_length=MAX_RULES)] = []
    metadata: Annotated[Written, Field(max_length=50)] = {}


class AttributePayload(Payload):
    attribute: StrictStr
    value: JsonValue


class NothingPayload(Payload):
    """For ``retire`` and ``restore``."""


PayloadT = TypeVar("PayloadT", bound=BaseModel)


def read(model: type[PayloadT], payload: Mapping[str, Any], *prefix: str) -> PayloadT:
    """The payload in its shape. Raises ``InvalidPolicy`` that names every fault."""
    try:
        canonical_json(payload)
        return model.model_validate(payload)
    except NotCanonical as error:
        raise InvalidPolicy("INVALID_INPUT", str(error)) from error
    except ValidationError as error:
        raise from_validation(error, *prefix) from error


def from_validation(error: ValidationError, *prefix: str) -> InvalidPolicy:
    faults = [
        Fault(".".join((*prefix, *map(str, item["loc"]))), item["msg"].removeprefix("Value error, "))
        for item in error.errors()
    ]
    first = faults[0]
    return InvalidPolicy("INVALID_INPUT", f"{first.path}: {first.message}" if first.path else first.message, *faults)


def refuse_unserved(policy_type: str) -> None:
    """Raise ``InvalidPolicy`` for a type of policy that nothing evaluates."""
    if policy_type == GOVERNANCE:
        return
    if policy_type in POLICY_TYPES:
        message = f"Policies of the type “{policy_type}” are not evaluated yet; only governance policies are."
        raise InvalidPolicy("POLICY_TYPE_NOT_SERVED", message, Fault("policy_type", message))
    message = unknown("policy type", policy_type, POLICY_TYPES)
    raise InvalidPolicy("INVALID_INPUT", message, Fault("policy_type", message))


def read_rule(written: Mapping[str, Any], words: Words, *prefix: str) -> RuleContent:
    """The rule, every word of it known. Raises ``InvalidPolicy``."""
    rule = read(RulePayload, written, *prefix).model_dump(mode="json")
    faults = [*_match_faults(rule["match"], words, *prefix), *_requirement_faults(rule, words, *prefix)]
    _refuse(faults)
    made = read(RuleContent, rule, *prefix)
    _refuse(_approver_faults(made, words, *prefix))
    return made


def _refuse(faults: Iterable[tuple[str, Fault]]) -> None:
    found = list(faults)
    if found:
        code, first = found[0]
        raise InvalidPolicy(code, first.message, *(fault for _, fault in found))


def _match_faults(match: Mapping[str, Any], words: Words, *prefix: str) -> Iterable[tuple[str, Fault]]:
    def at(key: str) -> str:
        return ".".join((*prefix, "match", key))

    for key in sorted(set(match) - set(MATCH_KEYS)):
        yield "UNKNOWN_MATCH_KEY", Fault(at(key), unknown("match key", key, MATCH_KEYS))
    action = match.get("action", "*")
    if isinstance(action, str) and not any(names_action(action, known) for known in words.actions):
        yield "UNKNOWN_ACTION", Fault(at("action"), unknown("action", action, words.actions))
    resource_type = match.get("resource_type", ANY)
    if isinstance(resource_type, str) and resource_type not in {ANY, *words.resource_types}:
        message = unknown("resource type", resource_type, words.resource_types)
        yield "UNKNOWN_RESOURCE_TYPE", Fault(at("resource_type"), message)
    for key, known in _WORDS.items():
        value = match.get(key, ANY)
        if isinstance(value, str) and value not in {ANY, *known}:
            yield "INVALID_INPUT", Fault(at(key), unknown(key.replace("_", " "), value, known))


def _approver_faults(rule: RuleContent, words: Words, *prefix: str) -> Iterable[tuple[str, Fault]]:
    for index, group in enumerate(rule.requirements.approvals):
        for subject in group.from_any_of:
            if subject in words.strangers:
                path = ".".join((*prefix, "requirements", "approvals", str(index), "from_any_of"))
                yield "UNKNOWN_APPROVER", Fault(path, words.strangers[subject])


def _requirement_faults(rule: Mapping[str, Any], words: Words, *prefix: str) -> Iterable[tuple[str, Fault]]:
    requirements, action = rule["requirements"], rule["match"].get("action", "*")
    waiting = sorted(one for one in words.untested if isinstance(action, str) and names_action(action, one))
    if requirements.get("tests_required") and waiting:
        path = ".".join((*prefix, "requirements", "tests_required"))
        message = f"Nothing reports tests yet, so {waiting[0]} would wait for ever: leave “tests_required” out."
        yield "REQUIREMENT_NOT_SERVED", Fault(path, message)
    for key in sorted(set(requirements) - set(REQUIREMENT_KEYS)):
        path = ".".join((*prefix, "requirements", key))
        if key in LATER_REQUIREMENTS:
            yield "REQUIREMENT_NOT_SERVED", Fault(path, f"Nothing can check “{key}” yet, so no rule may ask for it.")
        else:
            yield "UNKNOWN_REQUIREMENT", Fault(path, unknown("requirement", key, REQUIREMENT_KEYS))
