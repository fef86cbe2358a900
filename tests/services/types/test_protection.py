"""EC-EDGE-03 to 06: inherited fields are protected on every way into an environment, whatever the order of events."""

from typing import Any

import pytest

from apps.changes.errors import PlanRefused
from apps.changes.models import Change
from tests.changing import World


@pytest.fixture
def family(acme: World) -> World:
    """task owns number; incident derives from task and owns cause; outage derives from incident and owns impact."""
    fields = {"task": "number", "incident": "cause", "outage": "impact"}
    bases = {"incident": "task", "outage": "incident"}
    for key, field in fields.items():
        definition = {"name": field, "type": "string", "required": True, "max_length": 40}
        acme.give("record_type.create", key=key, name=key.title(), base_type=bases.get(key), fields=[definition])
    return acme


def findings(change: Change) -> list[tuple[str, str]]:
    assert change.plan is not None
    return [(finding["code"], finding["key"]) for finding in change.plan["findings"]]


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        ("set_field", {"field": "number", "definition": {"required": False}}),
        ("set_field", {"field": "number", "definition": {"required": None}}),
        ("set_field", {"field": "number", "definition": {"type": "text"}}),
        ("set_field", {"field": "number", "definition": {"max_length": 80}}),
        ("remove_field", {"field": "number"}),
        ("rename_field", {"old_name": "number", "new_name": "no"}),
        ("rename_field", {"old_name": "impact", "new_name": "number"}),
        ("add_field", {"field": "number", "definition": {"type": "string"}}),
    ],
)
def test_a_grandchild_cannot_weaken_or_shadow_its_grandparent(
    family: World, operation: str, payload: dict[str, Any]
) -> None:
    """EC-EDGE-03, EC-EDGE-04, EC-EXE-026: refused by the dry run and by the check-in, and nothing moves."""
    before = family.content("outage")
    change = family.open()
    family.stage(change, operation, payload, on="outage")

    with pytest.raises(PlanRefused) as refused:
        family.give("change.execute", change.pk)
    done = family.check_in(change)

    assert refused.value.code == "PROTECTED_FIELD"
    assert (done.status, findings(done)) == ("ValidationFailed", [("PROTECTED_FIELD", "outage")])
    assert family.content("outage") == before


def test_tightening_is_merged_and_binds_the_next_generation(family: World) -> None:
    change = family.open()
    family.stage(change, "set_field", {"field": "number", "definition": {"max_length": 20}})
    family.carry_through(change)

    looser = family.open()
    family.stage(looser, "set_field", {"field": "number", "definition": {"max_length": 30}}, on="outage")
    assert findings(family.check_in(looser)) == [("PROTECTED_FIELD", "outage")]


def test_a_base_that_gained_the_name_meanwhile_refuses_the_merge(family: World) -> None:
    """EC-EDGE-05: protection is decided at the merge; the change stays as it was."""
    late = family.open("Rename in the child")
    family.stage(late, "rename_field", {"old_name": "impact", "new_name": "owner"}, on="outage")
    family.check_in(late)
    early = family.open("The base takes the name")
    family.add_field(early, "owner", on="task")
    family.carry_through(early)

    with pytest.raises(PlanRefused) as refused:
        family.merge(late)

    assert refused.value.code in ("PROTECTED_FIELD", "STALE_DIGEST")
    assert "impact" in family.field_names("outage")


def test_a_base_that_takes_a_grandchilds_name_is_refused(family: World) -> None:
    """EC-EXE-029, EC-EDGE-06: every descendant is checked against the projected base."""
    change = family.open()
    family.stage(change, "add_field", {"field": "impact", "definition": {"type": "number"}}, on="task")
    done = family.check_in(change)
    assert findings(done) == [("PROTECTED_FIELD_WEAKENED", "outage")]


@pytest.mark.parametrize("first", ["task", "incident"])
def test_base_and_child_in_one_change_are_judged_by_the_stored_base(family: World, first: str) -> None:
    """EC-EDGE-06: both permutations give the same answer."""
    change = family.open()
    second = "incident" if first == "task" else "task"
    for key in (first, second):
        family.stage(change, "remove_field", {"field": "number"}, on=key)
    done = family.check_in(change)
    assert [code for code, key in findings(done) if key == "incident"] == ["PROTECTED_FIELD"]


def test_two_types_cannot_be_each_others_base(family: World) -> None:
    """EC-GRA-010 through a change: the loop is named, nothing moves."""
    change = family.open()
    family.stage(change, "set_attribute", {"attribute": "base_type", "value": "outage"}, on="task")
    done = family.check_in(change)
    assert "BASE_TYPE_CYCLE" in [code for code, _ in findings(done)]
    assert "base_type" not in family.content("task")
