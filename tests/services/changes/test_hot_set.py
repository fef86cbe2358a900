"""Sixteen people on a few definitions at once: every state is one that some order of the merges gives."""

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.changes.errors import ConflictMoved, MergeConflict, NoSuchConflict, StaleDigest
from apps.changes.models import Change
from apps.metadata.models import HeadMove
from apps.tenancy.models import Principal
from tests import people
from tests.changing import World
from tests.services.changes.meeting import conflicts, decide
from tests.together import together

CLIENTS = 16
ROUNDS = 2
ATTEMPTS = 40
HOT = ("alpha", "beta", "gamma")


@pytest.fixture
def acme(committed: World) -> World:
    committed.define("alpha", "shared")
    committed.define("beta", "shared")
    committed.define("gamma", base="alpha")
    return committed


@pytest.mark.slow
def test_every_state_of_a_hot_set_is_explained_by_the_order_of_its_merges(acme: World) -> None:
    """No update is lost, no deadlock reaches anybody, and what conflicts is decided by whoever comes later."""
    crew = [
        people.person(acme.tenant, f"Client {number} {acme.project.key}", roles=["Admin"]) for number in range(CLIENTS)
    ]
    connection.close()  # a process may hold as many as there are clients

    outcomes = together(*(partial(work, acme, one, number) for number, one in enumerate(crew)))

    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    merged = {change.pk: change for outcome in outcomes for change in outcome}
    assert len(merged) == CLIENTS * ROUNDS
    assert {key: fields(acme, key) for key in HOT} == explained(acme, merged)
    assert numbers(acme) == {key: list(range(1, 1 + moves)) for key, moves in moves_of(acme).items()}


def work(of: World, person: Principal, number: int) -> list[Change]:
    """First a field of one's own and the label that everybody writes, then another field of one's own."""
    done = []
    for turn in range(ROUNDS):
        change = of.open(f"{number} {turn}", by=person)
        own, shared = places(number, turn)
        of.stage(
            change, "add_field", {"field": f"f{number}_{turn}", "definition": {"type": "string"}}, on=own, by=person
        )
        if shared is not None:
            payload = {"field": "shared", "definition": {"label": f"{number} {turn}"}}
            of.stage(change, "set_field", payload, on=shared, by=person)
        carried(of, change, person)
        done.append(change)
    return done


def places(number: int, turn: int) -> tuple[str, str | None]:
    """Where a change adds its field, and where it writes the label."""
    return HOT[(number + turn) % 3], None if turn else HOT[number % 2]


def carried(of: World, change: Change, person: Principal) -> None:
    """Merge, deciding for oneself whatever was altered meanwhile."""
    for _attempt in range(ATTEMPTS):
        try:
            if of.check_in(change, by=person).status == "Ready":
                of.merge(change, by=person)
                return
        except (MergeConflict, StaleDigest):
            of.give("change.withdraw", change.pk, by=person)
        if conflicts(of, change):
            with suppress(ConflictMoved, NoSuchConflict):  # somebody was faster again
                decide(of, change, "mine", by=person)
    raise AssertionError("Never merged.")


def explained(of: World, merged: dict[Any, Change]) -> dict[str, dict[str, str | None]]:
    """The types as they are when the merges happen one after the other, in the order in which the heads moved."""
    state: dict[str, dict[str, str | None]] = {"alpha": {"shared": None}, "beta": {"shared": None}, "gamma": {}}
    for change_id in in_order(of):
        if change_id in merged:
            number, turn = map(int, merged[change_id].title.split())
            own, shared = places(number, turn)
            assert f"f{number}_{turn}" not in state[own]
            state[own][f"f{number}_{turn}"] = None
            if shared is not None:
                state[shared]["shared"] = f"{number} {turn}"
    return state


def in_order(of: World) -> list[Any]:
    where = of.environment().pk
    with of.reading():
        rows = HeadMove.objects.filter(environment_id=where).order_by("moved_at").values_list("change_id", flat=True)
        return list(dict.fromkeys(rows))


def fields(of: World, key: str) -> dict[str, str | None]:
    return {field["name"]: field.get("label") for field in of.content(key)["fields"].values()}


def moves_of(of: World) -> dict[str, int]:
    return {key: len(found) for key, found in numbers(of).items()}


def numbers(of: World) -> dict[str, list[int]]:
    """The revisions a definition ran, in the order it ran them."""
    where = of.environment().pk
    with of.reading():
        rows = HeadMove.objects.filter(environment_id=where, key__in=HOT).order_by("moved_at")
        found: dict[str, list[int]] = {key: [] for key in HOT}
        for key, number in rows.values_list("key", "number"):
            found[key].append(number)
        return found
