"""The evaluator: laws, and truth tables for each mode (XY-087, XY-088, XY-096)."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.approvals.core.requirement import Requirement, Seats
from apps.policies.core.built_in import BUILT_IN, in_force
from apps.policies.core.evaluate import collected, deciding_rules, evaluate, rules_in_order
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy
from apps.policies.core.vocabulary import Effect
from tests.core.policies.strategies import SUBJECTS, active, contents, inputs, lineage, policies, rules

PROD = Inputs(action="change.merge", stage="prod", environment_id="e")


def policy(mode: str, *written: dict[str, Any], key: str = "own") -> ActivePolicy:
    rows = {
        lineage(number): {"rule_id": f"r{number}", "priority": number, "match": {}, **rule}
        for number, rule in enumerate(written)
    }
    return active({"name": key, "evaluation_mode": mode, "rules": rows}, key)


def approval(count: int, *subjects: str, **rest: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {"min": count}
    if subjects:
        entry["from_any_of"] = sorted(subjects)
    return {"effect": "require_approval", "requirements": {"approvals": [entry], **rest}}


ALLOW: dict[str, Any] = {"effect": "allow"}
DENY: dict[str, Any] = {"effect": "deny"}
ASK = approval(1)


@given(policies(), inputs, st.randoms())
def test_a_judgement_does_not_depend_on_the_order_of_policies_rules_or_keys(
    given_policies: list[ActivePolicy], given_inputs: Inputs, random: Any
) -> None:
    """XY-087, XY-088: the order of rows in a table decides nothing."""

    def shuffled(value: dict[str, Any]) -> dict[str, Any]:
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) if isinstance(value[key], dict) else value[key] for key in keys}

    others = [replace(one, content=shuffled(dict(one.content))) for one in given_policies]
    random.shuffle(others)
    assert evaluate(others, given_inputs).as_bytes() == evaluate(given_policies, given_inputs).as_bytes()


@given(policies(), inputs)
def test_a_stored_judgement_is_met_byte_for_byte_by_its_replay(
    given_policies: list[ActivePolicy], given_inputs: Inputs
) -> None:
    """XY-096: inputs and policies as JSON, read back, give the same bytes."""
    first = evaluate(in_force(given_policies), given_inputs)
    stored = json.loads(json.dumps([{**one.as_dict(), "content": one.content} for one in first.policies]))
    again = evaluate(
        [ActivePolicy(one["key"], one["version"], one["digest"], one["content"], one["fallback"]) for one in stored],
        Inputs.from_dict(json.loads(json.dumps(first.inputs.as_dict()))),
    )
    assert again.as_bytes() == first.as_bytes()


@given(policies(), inputs, st.lists(st.lists(st.sampled_from(SUBJECTS), max_size=2), min_size=1, max_size=3))
def test_what_several_people_answer_for_is_judged_for_each_of_them(
    given_policies: list[ActivePolicy], given_inputs: Inputs, actors: list[list[str]]
) -> None:
    """An allowance for one of them is none for the others, in whatever order they are named."""
    in_any = in_force(given_policies)
    joined = evaluate(in_any, answered_by(given_inputs, actors))
    alone = [evaluate(in_any, answered_by(given_inputs, [one])) for one in actors]

    assert joined.effect == max((one.effect for one in alone), key=lambda effect: effect.strength)
    assert set(joined.matches) == {match for one in alone for match in one.matches}
    assert all(joined.requirement.votes >= one.requirement.votes for one in alone)
    assert evaluate(in_any, answered_by(given_inputs, actors[::-1])).as_bytes() == joined.as_bytes()


def answered_by(given_inputs: Inputs, actors: list[list[str]]) -> Inputs:
    return Inputs.from_dict({**given_inputs.as_dict(), "actors": actors})


@given(policies(), contents(), inputs)
def test_one_more_policy_never_makes_a_judgement_weaker(
    given_policies: list[ActivePolicy], content: dict[str, Any], given_inputs: Inputs
) -> None:
    """XY-087: several policies are combined with deny-overrides and everything that is asked for stays asked for."""
    before = evaluate(given_policies, given_inputs)
    after = evaluate([*given_policies, active(content, "another")], given_inputs)
    assert after.effect.strength >= before.effect.strength
    assert after.requirement.votes >= before.requirement.votes
    assert set(before.windows) <= set(after.windows)
    assert after.tests_required >= before.tests_required
    assert set(before.matches) <= set(after.matches)


@given(policies(), inputs)
def test_what_touches_several_kinds_is_judged_as_strictly_as_the_strictest_of_them(
    given_policies: list[ActivePolicy], given_inputs: Inputs
) -> None:
    whole = evaluate(given_policies, given_inputs)
    parts = [
        evaluate(given_policies, replace(given_inputs, resource_types=(one,))) for one in given_inputs.resource_types
    ] or [whole]
    assert whole.effect == max((part.effect for part in parts), key=lambda effect: effect.strength)
    assert set(whole.matches) == {match for part in parts for match in part.matches}


@given(st.lists(rules(), max_size=6))
def test_rules_come_by_priority_and_id_and_equal_priorities_always_in_the_same_order(
    written: list[dict[str, Any]],
) -> None:
    """XY-088."""
    named = [{**rule, "rule_id": f"rule-{number}"} for number, rule in enumerate(written)]
    forwards = {"rules": {lineage(number): rule for number, rule in enumerate(named)}}
    backwards = {"rules": {lineage(99 - number): rule for number, rule in enumerate(named)}}
    order = [rule["rule_id"] for rule in rules_in_order(forwards)]
    assert order == [rule["rule_id"] for rule in rules_in_order(backwards)]
    assert order == [rule["rule_id"] for rule in sorted(named, key=lambda rule: (rule["priority"], rule["rule_id"]))]


@pytest.mark.parametrize(("first", "second"), list(product((ALLOW, ASK, DENY), repeat=2)))
def test_first_match_takes_the_first_rule_whatever_the_next_one_says(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    """XY-087: the truth table of ``first_match``."""
    judgement = evaluate([policy("first_match", first, second)], PROD)
    assert judgement.effect == first["effect"]
    assert [match.rule_id for match in judgement.matches] == ["r0"]


@pytest.mark.parametrize(
    ("first", "second", "effect", "decide"),
    [
        (ALLOW, ALLOW, "allow", ["r0", "r1"]),
        (ALLOW, ASK, "require_approval", ["r1"]),
        (ALLOW, DENY, "deny", ["r1"]),
        (ASK, ALLOW, "require_approval", ["r0"]),
        (ASK, ASK, "require_approval", ["r0", "r1"]),
        (ASK, DENY, "deny", ["r1"]),
        (DENY, ALLOW, "deny", ["r0"]),
        (DENY, ASK, "deny", ["r0"]),
        (DENY, DENY, "deny", ["r0", "r1"]),
    ],
)
def test_deny_overrides_lets_the_strongest_effect_decide(
    first: dict[str, Any], second: dict[str, Any], effect: str, decide: list[str]
) -> None:
    """XY-087: any deny wins, then approval over allow."""
    judgement = evaluate([policy("deny_overrides", first, second)], PROD)
    assert judgement.effect == effect
    assert [match.rule_id for match in judgement.matches] == decide


@pytest.mark.parametrize(("first", "second"), list(product((ALLOW, ASK, DENY), repeat=2)))
def test_collect_requirements_lets_every_matching_rule_decide(first: dict[str, Any], second: dict[str, Any]) -> None:
    """XY-087: the truth table of ``collect_requirements``; a deny still denies."""
    judgement = evaluate([policy("collect_requirements", first, second)], PROD)
    strongest = max((Effect(first["effect"]), Effect(second["effect"])), key=lambda effect: effect.strength)
    assert judgement.effect == strongest
    assert sorted(match.rule_id for match in judgement.matches) == ["r0", "r1"]


def test_collected_requirements_are_the_most_of_each_group_and_the_union_of_groups() -> None:
    """XY-087: maximum of approvals, union of approvers, tests if any rule asks for them."""
    judgement = evaluate(
        [
            policy(
                "collect_requirements",
                approval(2, "role:Platform"),
                approval(1, "role:Platform", tests_required=True),
                approval(1, "role:Finance"),
                approval(2),
            )
        ],
        PROD,
    )
    assert judgement.requirement == Requirement.of([Seats(("role:Platform",), 2), Seats(("role:Finance",), 1)])
    assert judgement.tests_required


def test_anybody_seats_fill_up_to_the_largest_number_asked_for() -> None:
    needed = [
        {"approvals": [{"min": 3}]},
        {"approvals": [{"min": 1, "from_any_of": ["role:Owner"]}, {"min": 1}]},
        {"approvals": [{"min": 1, "additional": True}]},
    ]
    assert collected(needed) == Requirement.of([Seats(("role:Owner",), 1), Seats((), 2), Seats((), 1)])


def test_additional_seats_of_one_rule_are_asked_for_once_however_many_kinds_it_touches() -> None:
    more = {"effect": "require_approval", "requirements": {"approvals": [{"min": 1, "additional": True}]}}
    several = replace(PROD, resource_types=("file", "policy", "record_type"))
    assert evaluate([policy("collect_requirements", more)], several).requirement.votes == 1


def test_a_rule_about_one_kind_of_thing_decides_for_a_change_that_touches_it_among_others() -> None:
    """A rule that allows files does not let a record type slip through beside one."""
    content = policy(
        "first_match",
        {**ALLOW, "match": {"resource_type": "file"}},
        {**DENY, "match": {"resource_type": "record_type"}},
    )
    assert evaluate([content], replace(PROD, resource_types=("file",))).effect == Effect.ALLOW
    assert evaluate([content], replace(PROD, resource_types=("file", "record_type"))).effect == Effect.DENY


@pytest.mark.parametrize(
    ("match", "decides"),
    [
        ({}, True),
        ({"action": "change.*"}, True),
        ({"action": "change.mer?e"}, True),
        ({"action": "policy.*"}, False),
        ({"stage": "any"}, True),
        ({"stage": "prod"}, True),
        ({"stage": "test"}, False),
        ({"risk": "high"}, False),
        ({"env_id": "e"}, True),
        ({"env_id": "f"}, False),
        ({"actor": ["role:Operator"]}, False),
        ({"actor_kind": "agent"}, False),
        ({"lane": "interactive"}, True),
        ({"lane": "batch"}, False),
        ({"safety_class": "WRITE_INTERNAL"}, True),
        ({"safety_class": "READ"}, False),
        ({"reversibility": "irreversible"}, False),
        ({"action": "change.*", "stage": "prod", "risk": "low"}, True),
        ({"action": "change.*", "stage": "prod", "risk": "high"}, False),
    ],
)
def test_every_key_of_a_match_narrows_it(match: dict[str, Any], decides: bool) -> None:
    """XY-089."""
    content = policy("first_match", {**DENY, "match": match}).content
    assert bool(deciding_rules(content, PROD)) is decides


def test_nothing_matches_is_allowed_and_says_so() -> None:
    judgement = evaluate([policy("first_match", {**DENY, "match": {"stage": "dev"}})], PROD)
    assert (judgement.effect, judgement.matches) == (Effect.ALLOW, ())
    assert judgement.reason == "No rule of any policy names this."


def test_an_own_approvals_policy_that_is_silent_leaves_the_built_in_one_to_speak() -> None:
    """A gap in a rule book is no open door."""
    own = policy("first_match", {**ALLOW, "match": {"stage": "dev"}}, key=BUILT_IN.key)
    assert evaluate(in_force([own]), PROD).requirement == evaluate(in_force([]), PROD).requirement
    dev = replace(PROD, stage="dev")
    assert [match.version for match in evaluate(in_force([own]), dev).matches] == [1]
