"""EC-API-037 to 041: the direct routes of choice lists."""

from typing import Any

import pytest

from apps.kernel.errors import DomainError, InvalidInput
from apps.types import errors
from tests.changing import World
from tests.services.types.conftest import definition_id

LIST = "choice_list"


def values(world: World, key: str = "priority") -> list[str]:
    items = world.content(key, kind=LIST)["items"]
    return sorted(items, key=lambda value: str(items[value]["order"]))


def test_create_choice_list_makes_its_key_from_its_name(acme: World) -> None:
    written = acme.give("choice_list.create", name="Impact (ITSM)", items=[{"value": "1", "label": "High"}])
    assert (written.key, written.is_merged) == ("impact_itsm", True)
    assert acme.content("impact_itsm", kind=LIST)["items"]["1"]["label"] == "High"


def test_create_choice_list_by_an_editor_waits_in_a_draft(acme: World) -> None:
    written = acme.give("choice_list.create", by=acme.eve, name="Impact")
    assert (written.change.status, written.is_merged) == ("Draft", False)
    assert acme.head("impact", kind=LIST) is None


@pytest.mark.parametrize(
    ("inputs", "refusal"),
    [
        ({"name": "Priority"}, errors.KeyTaken),
        ({"name": "Priority", "key": "other"}, errors.NameTaken),
        ({"name": "Twice", "items": [{"value": "1"}, {"value": "1"}]}, errors.InvalidDefinition),
        ({"name": "Padded", "items": [{"value": " 1"}]}, InvalidInput),
    ],
)
def test_create_choice_list_that_cannot_be_is_refused(
    itsm: World, inputs: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        itsm.give("choice_list.create", **inputs)
    assert values(itsm) == ["1", "2"]


def test_add_item_stands_where_it_is_told_to(itsm: World) -> None:
    itsm.give("choice_list.add_item", definition_id(itsm, "priority", LIST), value="0", label="Critical", position=0)
    assert values(itsm) == ["0", "1", "2"]


def test_add_item_that_is_there_is_refused(itsm: World) -> None:
    with pytest.raises(errors.ChoiceTaken):
        itsm.give("choice_list.add_item", definition_id(itsm, "priority", LIST), value="1", label="Again")
    assert itsm.content("priority", kind=LIST)["items"]["1"]["label"] == "High"


def test_add_item_to_a_disabled_list_is_refused(itsm: World) -> None:
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "status", "value": "disabled"}, on="priority", kind=LIST)
    itsm.carry_through(change)
    with pytest.raises(errors.ChoiceListClosed):
        itsm.give("choice_list.add_item", definition_id(itsm, "priority", LIST), value="3", label="Low")
    assert values(itsm) == ["1", "2"]


def test_removing_a_choice_that_is_a_default_is_refused(itsm: World) -> None:
    """The graph sees who uses the list, although the change touches only the list."""
    itsm.give(
        "record_type.add_field",
        definition_id(itsm, "task"),
        name="priority",
        type="choice",
        choice_list="priority",
        default="2",
    )
    change = itsm.open()
    itsm.stage(change, "remove_choice", {"value": "2"}, on="priority", kind=LIST)

    done = itsm.check_in(change)

    assert done.status == "ValidationFailed"
    assert [finding["code"] for finding in done.plan["findings"]] == ["DEFAULT_NOT_A_CHOICE"]


def test_two_changes_add_to_one_list_without_a_conflict(itsm: World) -> None:
    """Two additions to one choice list never conflict (metadata.md section 8)."""
    first, second = itsm.open("First"), itsm.open("Second")
    for change, value in [(first, "3"), (second, "4")]:
        itsm.stage(change, "add_choice", {"value": value}, on="priority", kind=LIST)
    itsm.carry_through(first)
    itsm.carry_through(second)
    assert values(itsm) == ["1", "2", "3", "4"]
