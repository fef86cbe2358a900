"""A merge that breaks anywhere is a merge that never was, or one that is whole."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from apps.changes.models import Change
from apps.kernel.dispatch import dispatch
from tests.changing import World
from tests.services.changes.test_validation import dump

ROOT = Path(__file__).resolve().parents[3]


class Broken(OperationalError):
    """What the database says in place of doing it."""


class Breaking:
    """Count the statements of a connection and break the one asked for."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.count = at, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            raise Broken(sql)
        return execute(sql, params, many, context)


@pytest.fixture
def itsm(committed: World) -> World:
    committed.define("task", "number")
    committed.define("incident", "summary", "priority", base="task")
    return committed


def ready(of: World, number: int) -> Change:
    """A change that alters one type and defines another, so that every kind of statement occurs."""
    change = of.open(f"Change {number}")
    of.add_field(change, f"urgency_{number}")
    of.stage(
        change, "define", {"key": f"type_{number}", "name": f"Type {number}", "base_type": "task"}, on=f"type_{number}"
    )
    return of.check_in(change)


def test_every_statement_of_a_merge_fails_once_and_the_state_is_before(itsm: World) -> None:
    change = ready(itsm, 1)
    before, told = dump(itsm), itsm.events()
    statements = 0

    while True:
        statements += 1
        breaking = Breaking(statements)
        try:
            with itsm.acting(itsm.ada), connection.execute_wrapper(breaking):
                dispatch("change.merge", change.pk)
        except Broken:
            assert dump(itsm) == before, f"Statement {statements} left something."
            assert itsm.events() == told
        else:
            break

    assert statements > 15
    assert itsm.again(change).status == "Merged"
    assert "urgency_1" in itsm.field_names()


def test_a_merge_that_cannot_be_committed_is_none(itsm: World, monkeypatch: pytest.MonkeyPatch) -> None:
    change = ready(itsm, 1)
    before, told = dump(itsm), itsm.events()

    def broken() -> None:
        raise Broken("commit")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", broken)
        with pytest.raises(Broken):
            itsm.merge(change)

    assert (dump(itsm), itsm.events()) == (before, told)
    itsm.merge(change)


def test_a_merge_killed_in_the_middle_is_none_and_can_be_done_again(itsm: World) -> None:
    """Five samples of ``kill -9``: four within the transaction, one after it."""
    counting, first = Breaking(), ready(itsm, 0)
    with itsm.acting(itsm.ada), connection.execute_wrapper(counting):
        dispatch("change.merge", first.pk)

    for sample, share in enumerate((0.2, 0.5, 0.75, 1.0, None), start=1):
        change = ready(itsm, sample)
        before, told = dump(itsm), itsm.events()
        at = None if share is None else int(counting.count * share)

        killed(itsm, change, at)

        if at is None:
            assert itsm.again(change).status == "Merged"
            assert f"urgency_{sample}" in itsm.field_names()
        else:
            assert (dump(itsm), itsm.events()) == (before, told)
            itsm.merge(change)


def killed(of: World, change: Change, at: int | None, name: str = "change.merge", **inputs: Any) -> None:
    """Give the command in a process that kills itself before statement ``at``, or right after the commit."""
    database = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    told = {
        "database": database,
        "settings": os.environ["DJANGO_SETTINGS_MODULE"],
        "tenant": of.tenant.slug,
        "actor": str(of.ada.pk),
        "command": name,
        "change": str(change.pk),
        "inputs": inputs,
        "at": at,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.changes.killed"],
        input=json.dumps(told, default=str),
        text=True,
        cwd=ROOT,
        timeout=60,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
