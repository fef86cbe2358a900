"""The tier follows from what was measured, names its rule, and never falls when something gets worse."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.impact import Dependant, Part, gathered
from apps.changes.core.risk import TIERS, RiskInputs, inputs_of, risk_of
from apps.metadata.core.operations import Reversibility

LOSSLESS, LOSSY, IRREVERSIBLE = Reversibility.LOSSLESS, Reversibility.LOSSY, Reversibility.IRREVERSIBLE
WORSE = [LOSSLESS, LOSSY, IRREVERSIBLE]
inputs = st.builds(
    RiskInputs,
    stage=st.sampled_from(["dev", "test", "prod"]),
    reversibility=st.sampled_from(WORSE),
    dependants=st.sampled_from([0, 1, 19, 20, 49, 50, 99, 100, 499, 500, 999, 1_000]),
    rows=st.sampled_from([0, 1, 9_999, 10_000, 99_999, 100_000, 1_000_000, 10_000_000]),
    complete=st.booleans(),
)


@pytest.mark.parametrize(
    ("given_inputs", "tier", "rule"),
    [
        (RiskInputs("dev"), "low", "nothing"),
        (RiskInputs("prod"), "low", "nothing"),
        (RiskInputs("dev", LOSSY), "low", "nothing"),
        (RiskInputs("dev", IRREVERSIBLE), "medium", "reversibility"),
        (RiskInputs("test", LOSSY), "medium", "reversibility"),
        (RiskInputs("prod", LOSSY), "high", "reversibility"),
        (RiskInputs("prod", dependants=1), "medium", "dependants"),
        (RiskInputs("dev", dependants=49), "low", "nothing"),
        (RiskInputs("dev", dependants=50), "medium", "dependants"),
        (RiskInputs("prod", dependants=100), "high", "dependants"),
        (RiskInputs("prod", rows=1), "medium", "rows"),
        (RiskInputs("prod", rows=100_000), "high", "rows"),
        (RiskInputs("dev", complete=False), "high", "unmeasured"),
        (RiskInputs("staging", rows=1), "medium", "rows"),  # an unknown stage is as dear as production
    ],
)
def test_the_tier_and_the_rule_that_gave_it(given_inputs: RiskInputs, tier: str, rule: str) -> None:
    """A literal table: whoever alters a threshold alters it here, in the open."""
    risk = risk_of(given_inputs)
    assert (risk.tier, risk.rule) == (tier, rule)
    assert risk.sentence
    assert risk.as_dict()["inputs"] == given_inputs.as_dict()


def test_a_count_that_was_cut_off_is_called_a_lower_bound() -> None:
    said = risk_of(RiskInputs("prod", dependants=120, complete=False)).sentence
    assert said == "At least 120 definitions refer to what changes in prod."


def test_one_of_something_is_said_as_one() -> None:
    assert risk_of(RiskInputs("prod", dependants=1)).sentence == "1 definition refers to what changes in prod."
    assert risk_of(RiskInputs("prod", rows=1)).sentence == "It touches 1 record in prod."


@given(inputs, st.data())
def test_worse_inputs_never_give_a_lower_tier(one: RiskInputs, data: Any) -> None:
    """Otherwise somebody could make a change look harmless by making it bigger."""
    worse = data.draw(
        st.sampled_from(
            [
                replace(one, dependants=one.dependants * 10 + 1),
                replace(one, rows=one.rows * 10 + 1),
                replace(one, complete=False),
                replace(one, reversibility=WORSE[min(2, WORSE.index(one.reversibility) + 1)]),
                replace(one, stage={"dev": "test", "test": "prod", "prod": "prod"}[one.stage]),
            ]
        )
    )
    assert TIERS.index(risk_of(worse).tier) >= TIERS.index(risk_of(one).tier)


def test_the_inputs_come_from_the_plan_and_the_measure() -> None:
    """Never from what an operation is called."""
    target = ("record_type", "task")
    found = [Dependant("form", "a", "uses", target, direct=True)]
    impact = gathered(found, [target], parts=[Part("records", 7, counts_as="rows"), Part("views", 2)])
    assert inputs_of("test", [LOSSLESS, LOSSY], impact) == RiskInputs("test", LOSSY, dependants=1, rows=7)
    assert inputs_of("dev", [], gathered([], [])) == RiskInputs("dev")
