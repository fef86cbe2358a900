"""What a version would have decided (AT-062), and the life of one as a table."""

from typing import Any

from hypothesis import given

from apps.policies.core.built_in import BUILT_IN, in_force
from apps.policies.core.evaluate import evaluate
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy, Judgement
from apps.policies.core.lifecycle import TRANSITIONS, State, allowed_from
from apps.policies.core.simulation import LISTED, Past, simulate, with_candidate
from tests.core.policies.strategies import active, contents, inputs, policies

DENY_PROD: dict[str, Any] = {
    "name": "Freeze",
    "evaluation_mode": "first_match",
    "rules": {"0000000000001": {"rule_id": "freeze", "priority": 1, "match": {"stage": "prod"}, "effect": "deny"}},
}


def past(judgement: Judgement, number: int = 0) -> Past:
    return Past(
        id=str(number),
        action=judgement.inputs.action,
        subject_type="changes.change",
        subject_id=str(number),
        decided_at="2026-11-21T00:00:00+00:00",
        inputs=judgement.inputs.as_dict(),
        policies=judgement.policies,
        outcome=judgement.digest_material(),
    )


def merge_into(stage: str) -> Judgement:
    return evaluate(in_force([]), Inputs(action="change.merge", stage=stage, environment_id="e"))


def test_a_report_lists_exactly_the_decisions_that_would_be_others() -> None:
    """AT-062."""
    report = simulate(active(DENY_PROD), [past(merge_into("dev"), 1), past(merge_into("prod"), 2)])
    assert (report["replayed"], report["flipped"]) == (2, 1)
    (flip,) = report["flips"]
    assert flip["decision_id"] == "2"
    assert (flip["before"]["effect"], flip["after"]["effect"]) == ("require_approval", "deny")


def test_a_report_counts_every_flip_and_lists_some() -> None:
    report = simulate(active(DENY_PROD), [past(merge_into("prod"), number) for number in range(LISTED + 5)])
    assert (report["flipped"], len(report["flips"])) == (LISTED + 5, LISTED)


@given(policies(), inputs)
def test_a_version_that_is_in_force_already_flips_nothing(
    given_policies: list[ActivePolicy], given_inputs: Inputs
) -> None:
    judgement = evaluate(in_force(given_policies), given_inputs)
    for policy in given_policies:
        assert simulate(policy, [past(judgement)])["flipped"] == 0


@given(policies(), contents(), inputs)
def test_a_flip_is_what_the_evaluator_says_with_the_candidate_in_force(
    given_policies: list[ActivePolicy], content: dict[str, Any], given_inputs: Inputs
) -> None:
    candidate = active(content, "policy_0", 9)
    rest = [policy for policy in given_policies if policy.key != "policy_0"]
    assert evaluate(with_candidate(in_force(given_policies), candidate), given_inputs) == evaluate(
        in_force([*rest, candidate]), given_inputs
    )


def test_a_candidate_of_the_built_in_key_takes_its_place() -> None:
    own = active(DENY_PROD, BUILT_IN.key, 1)
    assert [(one.version, one.fallback) for one in with_candidate(in_force([]), own)] == [(1, False), (0, True)]


def test_the_life_of_a_version_is_this_table() -> None:
    """AT-062."""
    assert {(one.verb, str(one.source), str(one.target)) for one in TRANSITIONS} == {
        ("simulate", "draft", "simulated"),
        ("simulate", "simulated", "simulated"),
        ("simulate", "approved", "simulated"),
        ("approve", "simulated", "approved"),
        ("lapse", "approved", "simulated"),
        ("activate", "approved", "active"),
        ("deprecate", "draft", "deprecated"),
        ("deprecate", "simulated", "deprecated"),
        ("deprecate", "approved", "deprecated"),
        ("deprecate", "active", "deprecated"),
    }
    assert allowed_from("active") == (State.DEPRECATED,)
    assert allowed_from("deprecated") == ()
