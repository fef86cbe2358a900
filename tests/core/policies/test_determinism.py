"""Decisions are the same bytes in every process, and the evaluator needs no Django."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.policies.core.built_in import in_force
from apps.policies.core.evaluate import evaluate
from apps.policies.core.inputs import Inputs
from tests.core.policies.strategies import SUBJECTS, active, lineage

ROOT = Path(__file__).parents[3]


def a_judgement_of_everything() -> str:
    """Three policies with every mode, groups, windows and words beyond ASCII, as text."""
    rules = {
        lineage(40 - number): {
            "rule_id": f"rule-{number}",
            "priority": number % 3,
            "match": {"action": "change.*", "resource_type": ["any", "policy", "record_type"][number % 3]},
            "effect": "require_approval",
            "description": "ß \U0001f600",
            "requirements": {
                "approvals": [{"min": 1 + number % 2, "from_any_of": sorted(SUBJECTS[number % 3 :])}],
                "time_window": {"timezone": "Europe/Vienna", "opens": f"{number % 9:02}:00", "closes": "17:00"},
            },
        }
        for number in range(20)
    }
    modes = ("first_match", "deny_overrides", "collect_requirements")
    policies = [active({"name": mode, "evaluation_mode": mode, "rules": rules}, mode) for mode in modes]
    inputs = Inputs.of(
        action="change.merge",
        stage="prod",
        environment_id="e",
        resource_types={"policy", "record_type", "file"},
        actor_subjects=set(SUBJECTS),
        reversibility="irreversible",
    )
    judgement = evaluate(in_force(policies), inputs)
    return f"{judgement.as_bytes().hex()} {judgement.digest}"


PROGRAM = f"""
import sys, {__name__} as here
print(here.a_judgement_of_everything())
print(sorted(name for name in sys.modules if name.startswith("apps.policies") and ".core" not in name))
"""


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("1", "C.UTF-8"), ("4242", "tr_TR.UTF-8")])
def test_a_judgement_has_the_same_bytes_in_every_process_locale_and_hash_seed(seed: str, locale: str) -> None:
    """XY-096: a decision made before a restart is met byte for byte after it."""
    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale},
        capture_output=True,
        text=True,
        check=True,
    )
    judgement, rooms = printed.stdout.splitlines()

    assert judgement == a_judgement_of_everything()
    assert rooms == "['apps.policies']"
