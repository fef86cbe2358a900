"""The evaluator: policies and inputs in, a judgement out. No database, no clock.

Laws: the judgement does not depend on the order of policies, rules or resource types; adding a policy never makes it
weaker; what touches several kinds of things, or is several people's, is judged for each of them and the strictest
answer counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from apps.approvals.core.requirement import Requirement, Seats
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy, Judgement, Match
from apps.policies.core.texts import rule_text
from apps.policies.core.vocabulary import ANY, Effect, Mode, names_action
from apps.policies.core.windows import Window

Rule = Mapping[str, Any]


class Said(NamedTuple):
    """A rule that decides, and the policy it is of."""

    policy: ActivePolicy
    rule: Rule

    @property
    def effect(self) -> Effect:
        return Effect(self.rule["effect"])

    @property
    def sort_key(self) -> tuple[int, str, int, str]:
        """The strongest effect first, then by policy and place in it."""
        return (-self.effect.strength, self.policy.key, self.rule["priority"], self.rule["rule_id"])


def evaluate(policies: Iterable[ActivePolicy], inputs: Inputs) -> Judgement:
    """What these policies, combined by deny-overrides, say of the inputs. Where no rule matches it is allowed."""
    considered = tuple(sorted(policies, key=lambda one: (one.key, one.fallback, one.version, one.digest)))
    said: dict[tuple[str, str, str], Said] = {}
    for alone, resource_type in product(inputs.of_each_actor(), inputs.resource_types or ("",)):
        for one in _speaking(considered, alone, resource_type):
            said[one.policy.key, one.policy.digest, one.rule["rule_id"]] = one
    deciding = sorted(said.values(), key=lambda one: one.sort_key)
    obligations = [one.rule.get("requirements", {}) for one in deciding]
    deadlines = [needed["deadline_hours"] for needed in obligations if needed.get("deadline_hours")]
    return Judgement(
        effect=deciding[0].effect if deciding else Effect.ALLOW,
        requirement=collected(obligations),
        windows=tuple(
            sorted({Window.from_dict(needed["time_window"]) for needed in obligations if "time_window" in needed})
        ),
        tests_required=any(needed.get("tests_required", False) for needed in obligations),
        separation_of_duties=any(needed.get("separation_of_duties", False) for needed in obligations),
        deadline_hours=min(deadlines, default=None),
        matches=tuple(_match(one) for one in deciding),
        inputs=inputs,
        policies=considered,
    )


def _match(said: Said) -> Match:
    policy, rule = said
    return Match(policy.key, policy.version, policy.digest, rule["rule_id"], said.effect, rule_text(rule))


def _speaking(policies: Sequence[ActivePolicy], inputs: Inputs, resource_type: str) -> Iterator[Said]:
    """The deciding rules of each policy; a fallback's only where its key is silent otherwise."""
    spoke: set[str] = set()
    for policy in policies:
        if policy.fallback and policy.key in spoke:
            continue
        for rule in deciding_rules(policy.content, inputs, resource_type):
            spoke.add(policy.key)
            yield Said(policy, rule)


def deciding_rules(content: Mapping[str, Any], inputs: Inputs, resource_type: str = "") -> list[Rule]:
    """The rules of one policy that decide in its mode, in the order of (priority, rule id)."""
    rules: Mapping[str, Rule] = content.get("rules", {})
    matching = in_order({key: rule for key, rule in rules.items() if matches(rule["match"], inputs, resource_type)})
    mode = Mode(content.get("evaluation_mode", Mode.FIRST_MATCH))
    if mode == Mode.FIRST_MATCH:
        return matching[:1]
    if mode == Mode.DENY_OVERRIDES and matching:
        strongest = max(Effect(rule["effect"]).strength for rule in matching)
        return [rule for rule in matching if Effect(rule["effect"]).strength == strongest]
    return matching


def rules_in_order(content: Mapping[str, Any]) -> list[Rule]:
    """The rules by priority and rule id, whatever the order they are stored in (XY-088)."""
    return in_order(content.get("rules", {}))


def in_order(rules: Mapping[str, Rule]) -> list[Rule]:
    return [rules[key] for key in sorted(rules, key=lambda one: (rules[one]["priority"], rules[one]["rule_id"], one))]


def matches(match: Mapping[str, Any], inputs: Inputs, resource_type: str = "") -> bool:
    """Whether a rule's match covers the inputs for one kind of thing. A key it does not name matches everything."""
    return all(_covers(key, wanted, inputs, resource_type) for key, wanted in match.items() if wanted != ANY)


def _covers(key: str, wanted: Any, inputs: Inputs, resource_type: str) -> bool:
    if key == "action":
        return names_action(wanted, inputs.action)
    if key == "actor":
        return not set(wanted).isdisjoint(inputs.actor_subjects)
    if key == "resource_type":
        return bool(wanted == resource_type)
    return bool(wanted == getattr(inputs, "environment_id" if key == "env_id" else key))


def collected(obligations: Iterable[Mapping[str, Any]]) -> Requirement:
    """The smallest requirement of this form that meets each of the obligations.

    For each group the most that one of them asks for; as many people altogether as the one that asks for most, the
    rest being anybody who may approve; ``additional`` seats come on top of that.
    """
    most: dict[tuple[str, ...], int] = {}
    people = 0
    extra: list[Seats] = []
    for needed in obligations:
        approvals = [(_seats(entry), entry.get("additional", False)) for entry in needed.get("approvals", ())]
        own = Requirement.of(seats for seats, additional in approvals if not additional)
        extra += [seats for seats, additional in approvals if additional]
        people = max(people, own.votes)
        for seats in own.seats:
            most[seats.any_of] = max(most.get(seats.any_of, 0), seats.count)
    groups = [Seats(any_of, count) for any_of, count in most.items() if any_of]
    anybody = max(0, people - sum(seats.count for seats in groups))
    return Requirement.of([*groups, Seats((), anybody), *extra])


def _seats(entry: Mapping[str, Any]) -> Seats:
    return Seats(tuple(sorted(set(entry.get("from_any_of", ())))), entry["min"])
