"""Plan determinism: reviewer, worker and merge see the same bytes, whichever process made them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.changes.core.approval import approval_digest
from apps.changes.core.plan import plan
from apps.metadata.core.operations import Define, Operation, SetAttribute
from tests.core.changes.planning import staged, states
from tests.core.strategies import AddMember, DropMember, SetMember, toy

ROOT = Path(__file__).parents[3]


def a_plan_of_everything() -> str:
    """A plan with findings, conflicts, a replay and several definitions, as text."""
    base = {"name": "Toy", "status": "active", "members": {f"m{i}": {"label": i} for i in range(40)}}
    moved = {**base, "members": {**base["members"], "m3": {"label": "ö"}}, "description": "ß \U0001f600"}  # type: ignore[dict-item]
    operations: list[Operation] = [
        *(SetMember(member=f"m{i}", attribute="size", value=-i) for i in range(10)),
        *(DropMember(member=f"m{i}") for i in range(8, 14)),
        SetMember(member="m3", attribute="label", value=1.5),
        SetAttribute(path=("sla",), value={"b": [1, {"z": None, "a": True}], "a": "x"}),
    ]
    changes = [
        *staged(*operations, key="moved"),
        *staged(Define(key="new", content={"name": "Neu", "members": {}}), key="new", first=100),
        *staged(AddMember(member="x", definition={}), key="absent", first=200),
    ]
    made = plan(states({"moved": base}), changes, states({"moved": moved}), {}, kind=toy)
    return f"{made.as_bytes().hex()} {approval_digest(made, [])}"


@pytest.mark.parametrize(("seed", "locale"), [("0", "C"), ("1", "C.UTF-8"), ("4242", "tr_TR.UTF-8")])
def test_a_plan_has_the_same_bytes_in_every_process_locale_and_hash_seed(seed: str, locale: str) -> None:
    """EC-EXE-036."""
    printed = subprocess.run(
        [sys.executable, "-c", f"import {__name__} as here; print(here.a_plan_of_everything())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale},
        capture_output=True,
        text=True,
        check=True,
    )

    assert printed.stdout.strip() == a_plan_of_everything()
