"""Policies, rules and inputs for the laws."""

from typing import Any

from hypothesis import strategies as st

from apps.kernel.canonical import digest
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy

ACTIONS = ["change.merge", "change.*", "policy.activate", "*"]
SUBJECTS = ["role:Owner", "role:Admin", "team:0b9f2a52-7a35-4e2f-8a43-1d1f8f6f5a11"]

matches = st.fixed_dictionaries(
    {},
    optional={
        "action": st.sampled_from(ACTIONS),
        "stage": st.sampled_from(["dev", "test", "prod", "any"]),
        "resource_type": st.sampled_from(["record_type", "policy", "any"]),
        "risk": st.sampled_from(["low", "medium", "high"]),
        "actor": st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=2, unique=True).map(sorted),
        "reversibility": st.sampled_from(["lossless", "lossy", "irreversible"]),
    },
)
approvals = st.lists(
    st.fixed_dictionaries(
        {"min": st.integers(1, 3)},
        optional={
            "from_any_of": st.lists(st.sampled_from(SUBJECTS), min_size=1, max_size=2, unique=True).map(sorted),
            "additional": st.just(True),
        },
    ),
    min_size=1,
    max_size=3,
)
windows = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["UTC", "Europe/Vienna", "America/New_York"]),
        "days": st.lists(
            st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, max_size=7, unique=True
        ),
        "opens": st.sampled_from(["00:00", "08:30", "22:00"]),
        "closes": st.sampled_from(["00:00", "06:00", "17:00"]),
    }
)


@st.composite
def rules(draw: st.DrawFn, rule_id: str = "r") -> dict[str, Any]:
    effect = draw(st.sampled_from(["allow", "deny", "require_approval"]))
    rule: dict[str, Any] = {
        "rule_id": rule_id,
        "priority": draw(st.integers(0, 3)),
        "match": draw(matches),
        "effect": effect,
    }
    asked: dict[str, Any] = {}
    if effect == "require_approval":
        asked["approvals"] = draw(approvals)
    if effect != "deny" and draw(st.booleans()):
        asked["tests_required"] = True
    if effect != "deny" and draw(st.booleans()):
        asked["time_window"] = draw(windows)
    if asked:
        rule["requirements"] = asked
    return rule


def lineage(number: int) -> str:
    return f"{number:013d}"


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(0, 5))
    return {
        "name": "A policy",
        "status": "active",
        "policy_type": "governance",
        "evaluation_mode": draw(st.sampled_from(["first_match", "deny_overrides", "collect_requirements"])),
        "rules": {lineage(number): draw(rules(f"rule-{number}")) for number in range(count)},
    }


def active(content: dict[str, Any], key: str = "own", version: int = 1) -> ActivePolicy:
    return ActivePolicy(key, version, digest(content), content)


@st.composite
def policies(draw: st.DrawFn) -> list[ActivePolicy]:
    made = draw(st.lists(contents(), max_size=3))
    return [active(content, f"policy_{number}", number + 1) for number, content in enumerate(made)]


inputs = st.builds(
    Inputs.of,
    action=st.sampled_from(["change.merge", "policy.activate", "cicd.deploy"]),
    stage=st.sampled_from(["dev", "test", "prod"]),
    environment_id=st.just("5a0c7a3e-0d8a-4a43-9a53-6a0d6f0d8a11"),
    resource_types=st.lists(st.sampled_from(["record_type", "policy", "file"]), max_size=3),
    risk=st.sampled_from(["low", "medium", "high"]),
    reversibility=st.sampled_from(["lossless", "lossy", "irreversible"]),
    actor_subjects=st.lists(st.sampled_from(SUBJECTS), max_size=2),
    actors=st.lists(st.lists(st.sampled_from(SUBJECTS), max_size=2), max_size=2),
)
