"""Two people at once, on real connections: one wins, the other is told, and nothing is blended."""

from functools import partial
from typing import Any

import pytest

from apps.changes.errors import ChangeMerged, DuplicateOperation, PlanRefused
from apps.changes.models import Change, ChangeOperation
from apps.changes.services import Merged
from apps.kernel.errors import DomainError
from tests.changing import World
from tests.together import together


@pytest.fixture
def acme(committed: World) -> World:
    return committed


@pytest.fixture
def itsm(committed: World) -> World:
    committed.define("incident", "summary", "priority")
    return committed


def ready(of: World, title: str, op_type: str, payload: dict[str, Any], *, on: str = "incident") -> Change:
    change = of.open(title)
    of.stage(change, op_type, payload, on=on)
    done = of.check_in(change)
    assert done.status == "Ready", done.plan
    return done


def text(name: str) -> dict[str, Any]:
    return {"field": name, "definition": {"type": "string"}}


def merged_at_once(of: World, *changes: Change) -> list[Any]:
    return together(*(partial(of.merge, change) for change in changes))


def test_the_same_change_merged_twice_at_once_is_merged_once(itsm: World) -> None:
    """EC-EDGE-10, EC-EXE-039: a double click."""
    change = ready(itsm, "Add urgency", "add_field", text("urgency"))

    outcomes = together(*[partial(itsm.merge, change)] * 3)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChangeMerged", "ChangeMerged", "Merged"]
    assert itsm.head().number == 2  # type: ignore[union-attr]
    assert itsm.events(change).count("execution.completed") == 1


def test_disjoint_fields_of_two_changes_both_land(itsm: World) -> None:
    """EC-EDGE-09: no lost update."""
    one = ready(itsm, "One", "add_field", text("one"))
    two = ready(itsm, "Two", "add_field", text("two"))

    outcomes = merged_at_once(itsm, one, two)

    assert [type(outcome) for outcome in outcomes] == [Merged, Merged]
    assert itsm.field_names() == ["one", "priority", "summary", "two"]


def test_two_changes_adding_one_name_leave_one(itsm: World) -> None:
    """Each valid alone, a duplicate together."""
    one = ready(itsm, "One", "add_field", text("urgency"))
    two = ready(itsm, "Two", "add_field", text("urgency"))

    outcomes = merged_at_once(itsm, one, two)

    assert [type(outcome) for outcome in outcomes].count(Merged) == 1
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, PlanRefused)]
    assert refused.code == "FIELD_EXISTS"
    assert itsm.field_names().count("urgency") == 1


def test_two_changes_that_close_a_cycle_leave_none(acme: World) -> None:
    """Each valid alone, a cycle together: one wins, the other gets a typed refusal."""
    acme.define("alpha")
    acme.define("beta")
    one = ready(acme, "One", "set_attribute", {"attribute": "base_type", "value": "beta"}, on="alpha")
    two = ready(acme, "Two", "set_attribute", {"attribute": "base_type", "value": "alpha"}, on="beta")

    outcomes = merged_at_once(acme, one, two)

    assert [type(outcome) for outcome in outcomes].count(Merged) == 1
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, PlanRefused)]
    assert refused.code == "BASE_TYPE_CYCLE"
    assert ("base_type" in acme.content("alpha")) != ("base_type" in acme.content("beta"))


def test_two_changes_defining_one_key_leave_one(acme: World) -> None:
    one = ready(acme, "One", "define", {"key": "task", "name": "Task"}, on="task")
    two = ready(acme, "Two", "define", {"key": "task", "name": "Work"}, on="task")

    outcomes = merged_at_once(acme, one, two)

    assert [type(outcome) for outcome in outcomes].count(Merged) == 1
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert refused.code == "DEFINITION_EXISTS"


def test_two_changes_taking_one_name_leave_one(acme: World) -> None:
    one = ready(acme, "One", "define", {"key": "one", "name": "Task"}, on="one")
    two = ready(acme, "Two", "define", {"key": "two", "name": "Task"}, on="two")

    outcomes = merged_at_once(acme, one, two)

    assert [type(outcome) for outcome in outcomes].count(Merged) == 1
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert refused.code == "NAME_TAKEN"


def test_overlapping_changes_in_opposite_order_do_not_deadlock(acme: World) -> None:
    """EC-EXE-003."""
    for key in ("alpha", "beta", "gamma"):
        acme.define(key)
    changes = []
    for number, order in enumerate(
        (("alpha", "beta", "gamma"), ("gamma", "beta", "alpha"), ("beta", "gamma", "alpha"))
    ):
        change = acme.open()
        for key in order:
            acme.add_field(change, f"field_{number}", on=key)
        changes.append(acme.check_in(change))

    outcomes = merged_at_once(acme, *changes)

    assert [type(outcome) for outcome in outcomes] == [Merged] * 3
    assert acme.field_names("beta") == ["field_0", "field_1", "field_2"]


def test_one_operation_staged_by_many_at_once_is_staged_once(itsm: World) -> None:
    """EC-EXE-033."""
    change = itsm.open()
    itsm.give("change.add_target", change.pk, type="record_type", selector={"key": "incident"})

    outcomes = together(*[partial(itsm.add_field, change, "urgency")] * 6)

    assert [type(outcome) for outcome in outcomes].count(ChangeOperation) == 1
    assert [type(outcome) for outcome in outcomes].count(DuplicateOperation) == 5


def test_nothing_is_staged_into_a_change_that_is_being_merged(itsm: World) -> None:
    """EC-EDGE-11: whatever comes first, a merged change holds no pending operation."""
    for attempt in range(5):
        change = ready(itsm, "Race", "add_field", text(f"field_{attempt}"))

        def withdraw_and_stage(change: Change = change, attempt: int = attempt) -> None:
            itsm.give("change.withdraw", change.pk)
            itsm.add_field(change, f"late_{attempt}")

        outcomes = together(partial(itsm.merge, change), withdraw_and_stage)

        again = itsm.again(change)
        with itsm.reading():
            pending = ChangeOperation.objects.filter(change_id=change.pk, executed_at__isnull=True).count()
        if again.status == "Merged":
            assert pending == 0
            assert isinstance(outcomes[1], ChangeMerged)
        else:
            assert pending == 2
            assert isinstance(outcomes[0], DomainError)


def test_numbers_are_given_once(acme: World) -> None:
    outcomes = together(*[partial(acme.open)] * 6)

    numbers = sorted(int(change.number.removeprefix("CHG")) for change in outcomes)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_two_merges_into_two_environments_number_the_revisions_of_one_definition(itsm: World) -> None:
    """Definitions are shared by environments, so their numbers are given under a lock of their own."""
    there = itsm.open("Define there", by=itsm.eve, environment="test")
    itsm.stage(there, "define", {"key": "incident", "name": "Incident"}, by=itsm.eve)
    voted = itsm.check_in(there)
    itsm.give("change.approve", there.pk, digest=voted.approval_digest)
    here = ready(itsm, "Here", "add_field", text("urgency"))

    outcomes = merged_at_once(itsm, there, here)

    assert [type(outcome) for outcome in outcomes] == [Merged, Merged]
    assert {itsm.head().number, itsm.head(environment="test").number} == {2, 3}  # type: ignore[union-attr]
