"""What people write becomes operations, and what nobody knows is refused with what was meant."""

from typing import Any
from uuid import UUID

import pytest

from apps.kernel.canonical import lineage_id
from apps.metadata.core.operations import NO_CONTEXT, Operation, Refusal
from apps.policies.core.binding import bind
from apps.policies.core.content import check, rules_of
from apps.policies.core.payloads import InvalidPolicy, Words

WORDS = Words(
    frozenset({"change.merge", "change.approve", "policy.activate", "cicd.deploy"}),
    frozenset({"record_type", "choice_list", "package"}),
)
DEFINE: dict[str, Any] = {
    "key": "releases",
    "name": "Releases",
    "rules": [{"rule_id": "two", "match": {"action": "change.*"}, "effect": "require_approval",
               "requirements": {"approvals": [{"min": 2, "from_any_of": ["role:owner", "role:Admin"]}]}}],
}  # fmt: skip


def bound(operation: str, payload: dict[str, Any], content: dict[str, Any] | None = None) -> Operation:
    return bind(operation, payload, content, NO_CONTEXT, lambda index: lineage_id(UUID(int=7), 1, index), WORDS)


def defined(**changes: Any) -> dict[str, Any]:
    content = bound("define", {**DEFINE, **changes}).apply(None, NO_CONTEXT)
    assert check(content) == []
    return content


def refused(operation: str, payload: dict[str, Any], content: dict[str, Any] | None = None) -> InvalidPolicy:
    with pytest.raises(InvalidPolicy) as caught:
        bound(operation, payload, content)
    return caught.value


def a_rule(**changes: Any) -> dict[str, Any]:
    return {"rule_id": "new", "effect": "deny", **changes}


def test_define_stores_sparse_rules_under_lineage_ids_with_canonical_approvers() -> None:
    """XY-086, XY-091: an alias of a role is the role."""
    content = defined()
    (lineage,) = rules_of(content)
    assert content["rules"][lineage] == {
        "rule_id": "two",
        "priority": 100,
        "match": {"action": "change.*"},
        "effect": "require_approval",
        "requirements": {"approvals": [{"min": 2, "from_any_of": ["role:Admin", "role:Owner"]}]},
    }
    assert content["evaluation_mode"] == "first_match"


@pytest.mark.parametrize(
    ("match", "code", "meant"),
    [
        ({"acton": "change.merge"}, "UNKNOWN_MATCH_KEY", "“action”"),
        ({"resourcetype": "record_type"}, "UNKNOWN_MATCH_KEY", "“resource_type”"),
        ({"action": "change.marge"}, "UNKNOWN_ACTION", "“change.merge”"),
        ({"action": "chnage.*"}, "UNKNOWN_ACTION", "“change."),
        ({"resource_type": "record_typ"}, "UNKNOWN_RESOURCE_TYPE", "“record_type”"),
        ({"stage": "production"}, "INVALID_INPUT", "“prod”"),
        ({"risk": "hihg"}, "INVALID_INPUT", "“high”"),
    ],
)
def test_a_word_nobody_knows_is_refused_with_the_nearest_one(match: dict[str, Any], code: str, meant: str) -> None:
    """XY-089."""
    error = refused("add_rule", a_rule(match=match), defined())
    assert error.code == code
    assert meant in error.message
    assert error.faults[0].path == f"match.{next(iter(match))}"


def test_an_unknown_word_in_a_rule_of_a_new_policy_names_its_place() -> None:
    error = refused("define", {**DEFINE, "rules": [*DEFINE["rules"], a_rule(match={"stge": "prod"})]})
    assert (error.code, error.faults[0].path) == ("UNKNOWN_MATCH_KEY", "rules.1.match.stge")


@pytest.mark.parametrize("requirement", ["mfa", "eval_required"])
def test_a_requirement_nothing_can_check_is_refused(requirement: str) -> None:
    """XY-090: a promise nobody keeps is worse than none."""
    error = refused("add_rule", a_rule(effect="allow", requirements={requirement: True}), defined())
    assert error.code == "REQUIREMENT_NOT_SERVED"


def test_an_unknown_requirement_is_refused_with_the_nearest_one() -> None:
    error = refused("add_rule", a_rule(effect="allow", requirements={"test_required": True}), defined())
    assert error.code == "UNKNOWN_REQUIREMENT"
    assert "tests_required" in error.message


@pytest.mark.parametrize("policy_type", ["treasury", "budget"])
def test_a_policy_of_a_type_nothing_evaluates_is_refused(policy_type: str) -> None:
    """XY-086, XY-093, XY-094, XY-095: accepted silently it would look as if it held, or as if money were shared."""
    error = refused("define", {**DEFINE, "policy_type": policy_type})
    assert error.code == "POLICY_TYPE_NOT_SERVED"
    assert policy_type in error.message


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(effect="require_approval"),
        a_rule(effect="allow", requirements={"approvals": [{"min": 1}]}),
        a_rule(effect="deny", requirements={"tests_required": True}),
        a_rule(effect="allow", requirements={"deadline_hours": 4}),
        a_rule(effect="perhaps"),
        a_rule(effect="allow", requirements={"time_window": {"opens": "8", "closes": "17:00"}}),
        a_rule(effect="allow", requirements={"time_window": {"opens": "08:00", "closes": "17:00", "timezone": "Mars"}}),
        a_rule(effect="require_approval", requirements={"approvals": [{"min": 0}]}),
        a_rule(effect="require_approval", requirements={"approvals": [{"min": 1, "from_any_of": ["Owner"]}]}),
        a_rule(rule_id="Two words"),
        a_rule(surprise=True),
    ],
)
def test_a_rule_that_does_not_make_sense_is_refused(rule: dict[str, Any]) -> None:
    assert refused("add_rule", rule, defined()).faults


def test_two_rules_of_one_id_are_refused() -> None:
    assert refused("define", {**DEFINE, "rules": DEFINE["rules"] * 2}).code == "RULE_EXISTS"
    with pytest.raises(Refusal, match="already"):
        bound("add_rule", a_rule(rule_id="two"), defined())


def test_set_rule_changes_what_is_named_and_judges_the_whole_rule() -> None:
    content = defined()
    operation = bound("set_rule", {"rule": "two", "priority": 5}, content)
    after = operation.apply(content, NO_CONTEXT)
    (rule,) = rules_of(after).values()
    assert (rule["priority"], rule["effect"]) == (5, "require_approval")
    assert refused("set_rule", {"rule": "two", "effect": "deny"}, content).faults
    denied = bound("set_rule", {"rule": "two", "effect": "deny", "requirements": None}, content)
    (rule,) = rules_of(denied.apply(content, NO_CONTEXT)).values()
    assert "requirements" not in rule


def test_set_rule_cannot_take_away_what_a_rule_needs() -> None:
    refusal = refused("set_rule", {"rule": "two", "effect": None}, defined())
    assert refusal.faults[0].path == "effect"
    assert refused("set_rule", {"rule": "two"}, defined()).code == "INVALID_INPUT"


def test_a_cleared_priority_is_the_ordinary_one() -> None:
    content = defined()
    after = bound("set_rule", {"rule": "two", "priority": None}, content).apply(content, NO_CONTEXT)
    assert [rule["priority"] for rule in rules_of(after).values()] == [100]


def test_a_rule_is_found_by_its_id_and_a_missing_one_names_what_looks_like_it() -> None:
    with pytest.raises(Refusal) as caught:
        bound("remove_rule", {"rule": "tow"}, defined())
    assert caught.value.details["suggestions"] == ["two"]
    assert bound("remove_rule", {"rule": "two"}, defined()).apply(defined(), NO_CONTEXT)["rules"] == {}


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("name", "Other"), ("evaluation_mode", "deny_overrides"), ("owner", "role:Owner"), ("metadata", {"a": 1})],
)
def test_attributes_of_the_envelope_can_be_set(attribute: str, value: Any) -> None:
    content = defined()
    after = bound("set_attribute", {"attribute": attribute, "value": value}, content).apply(content, NO_CONTEXT)
    assert after[attribute] == value
    assert check(after) == []


@pytest.mark.parametrize(
    ("attribute", "value"), [("policy_type", "treasury"), ("status", "active"), ("name", ""), ("evaluation_mode", "x")]
)
def test_attributes_that_do_not_change_so_are_refused(attribute: str, value: Any) -> None:
    assert refused("set_attribute", {"attribute": attribute, "value": value}, defined()).faults


def test_two_rules_of_one_id_that_met_in_a_merge_are_a_finding() -> None:
    content = defined()
    (rule,) = rules_of(content).values()
    twice = {**content, "rules": {**content["rules"], "0123456789abc": rule}}
    assert [finding.code for finding in check(twice)] == ["RULE_EXISTS"]
