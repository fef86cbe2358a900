"""What would be lost: an operation that is edited in the form it was made with, and a form that asks what matters."""

import re
from typing import Any

import pytest

from apps.changes.models import Change, ChangeOperation
from apps.changes.queries import operations_of
from tests.admin.conftest import Seat, text
from tests.changing import World
from tests.statements import statements_of


@pytest.fixture
def change(acme: World) -> Change:
    acme.define("incident", "summary")
    acme.define("priority", kind="choice_list")
    return acme.open("Edits")


def page(seat: Seat, change: Change) -> str:
    return seat.get(f"/changes/change/{change.number}/").content.decode()


def edited(seat: Seat, change: Change) -> str:
    """The address behind the only Edit button, with the change in hand."""
    seat.take_in_hand(change)
    (address,) = re.findall(r'href="/admin(/types/[^"?]+)\?next=', page(seat, change))
    return str(address)


def one(acme: World, change: Change) -> ChangeOperation:
    with acme.reading():
        (row,) = operations_of(change.pk)
    return row


@pytest.mark.parametrize(
    ("operation", "payload", "kind", "on", "answers", "field", "expected"),
    [
        ("add_field", {"field": "urgency", "definition": {"type": "string"}}, "record_type", "incident",
         {"type": "string", "label": "Urgency"}, "label", "Urgency"),
        ("rename_field", {"old_name": "summary", "new_name": "headline"}, "record_type", "incident",
         {"new_name": "title"}, "new_name", "title"),
        ("set_attribute", {"attribute": "description", "value": "Old"}, "record_type", "incident",
         {"value": "New"}, "value", "New"),
        ("define", {"key": "task", "name": "Task"}, "record_type", "task",
         {"name": "Work", "status": "draft"}, "name", "Work"),
        ("add_choice", {"value": "low", "label": "Low"}, "choice_list", "priority",
         {"label": "Lowest", "active": "on"}, "label", "Lowest"),
    ],
)  # fmt: skip
def test_an_operation_is_edited_in_the_form_it_was_made_with(
    acme: World, ada: Seat, change: Change, operation: str, payload: dict[str, Any], kind: str, on: str,
    answers: dict[str, Any], field: str, expected: str,
) -> None:  # fmt: skip
    """EC-UI-007: typed inputs instead of JSON; the operation keeps its place."""
    before = acme.stage(change, operation, payload, on=on, kind=kind)
    address = edited(ada, change)

    form = ada.get(address)
    answer = ada.post(f"{address}?next=/admin/changes/change/{change.pk}/", **answers)

    assert form.status_code == 200
    assert answer.url == f"/admin/changes/change/{change.pk}/"
    row = one(acme, change)
    assert (row.pk, row.operation) == (before.pk, operation)
    assert {**row.display, **row.display.get("definition", {})}[field] == expected


def test_editing_takes_the_change_in_hand_first(acme: World, ada: Seat, change: Change) -> None:
    """The typed form works on the change in hand: the button does both."""
    acme.add_field(change, "urgency")
    shown = page(ada, change)
    (onward,) = re.findall(r'name="next" value="(/admin/types/[^"]+)"', shown)

    answer = ada.post("/pick/change/", value=str(change.pk), next=onward.replace("&amp;", "&"))

    assert answer.url == onward
    assert ada.get(onward.removeprefix("/admin").partition("?")[0]).status_code == 200


def test_what_has_no_form_is_deleted_and_not_edited(acme: World, ada: Seat, change: Change) -> None:
    acme.stage(change, "remove_field", {"field": "summary"})
    shown = page(ada, change)

    assert "change.edit_operation" not in shown
    assert "change.delete_operation" in shown


def test_kinds_without_forms_are_edited_as_json(acme: World, ada: Seat, change: Change) -> None:
    acme.stage(change, "edit_file", {"content": "Hello"}, on="notes.md", kind="file")

    assert "change.edit_operation" in page(ada, change)


def test_rarely_needed_inputs_of_a_new_change_are_folded(acme: World, ada: Seat) -> None:
    form = ada.get("/commands/change.create/").content.decode()
    usual, _fold, folded = form.partition('class="ec-form"')[2].partition("</form>")[0].partition('class="ec-fold"')
    names = re.compile(r'<(?:input|select|textarea)[^>]* name="([a-z_]+)"')

    assert {"title", "description", "environment_id"} <= set(names.findall(usual))
    assert set(names.findall(folded)) == {"project_id", "module_id", "module_path", "base_sha", "branch_name"}


def test_a_fault_in_a_folded_input_opens_the_fold(acme: World, ada: Seat) -> None:
    form = ada.command("change.create", _form="1", title="Fine", base_sha="not a commit").content.decode()

    assert '<details class="ec-fold" open>' in form


def test_the_page_costs_the_same_for_more_definitions(acme: World, ada: Seat, change: Change) -> None:
    """At one and at three definitions, each with operations and comments, and with people mentioned."""

    def more(key: str) -> None:
        operation = acme.add_field(change, "urgency", on=key)
        acme.give("change.comment", change.pk, body=f"@{acme.ben.handle} {key}", operation_id=operation.pk)

    acme.define("problem")
    acme.define("task")
    more("incident")
    one = statements_of(lambda: page(ada, change))
    more("problem")
    more("task")

    assert statements_of(lambda: page(ada, change)) == one


def test_many_operations_are_drawn_in_part(acme: World, ada: Seat, change: Change) -> None:
    target = {"type": "record_type", "selector": {"record_type_key": "incident"}}
    operations = [
        {
            "op_type": "add_field",
            "payload": {"field": f"field_{number}", "definition": {"type": "string"}},
            "target": target,
        }
        for number in range(203)
    ]
    acme.give("change.stage_operations", change.pk, operations=operations)
    some = ada.get(f"/changes/change/{change.number}/")
    every = ada.get(f"/changes/change/{change.number}/", operations="all")

    assert (page_rows(some), page_rows(every)) == (200, 203)
    assert "3 more differences are left out here. Show all operations and differences" in text(some)
    assert "Show all operations" not in text(every)


def page_rows(response: Any) -> int:
    return response.content.decode().count('<li id="operation-')
