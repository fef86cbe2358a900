"""What callers send, with names, becomes operations with ids: once, at staging."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.metadata.core.faults import InvalidPayload
from apps.metadata.core.operations import NO_CONTEXT, Context, Operation, Refusal
from apps.types.core import bind_choice_list, bind_record_type
from apps.types.core.content_checks import check_choice_list, check_record_type
from tests.core.types.documents import identity, lineages

TITLE, STATE, OLD, BASE_FIELD = (identity(number) for number in range(4))
NEW = identity(100)

TYPE: dict[str, Any] = {
    "name": "Incident",
    "status": "draft",
    "base_type": "task",
    "fields": {
        TITLE: {"name": "title", "type": "string", "order": "a0", "max_length": 40, "default": "?"},
        STATE: {"name": "state", "type": "choice", "order": "a1", "choice_list": "state"},
    },
    "removed": {OLD: {"name": "old", "type": "text", "order": "a2"}},
}
CHAIN = Context(
    chain=(
        {
            "name": "Task",
            "fields": {BASE_FIELD: {"name": "priority", "type": "string", "order": "a0", "max_length": 9}},
        },
    )
)


def bound(operation_type: str, payload: Mapping[str, Any], content: Any = TYPE) -> Operation:
    return bind_record_type.bind(operation_type, payload, content, CHAIN, lineages())


def refused(operation_type: str, payload: Mapping[str, Any], content: Any = TYPE) -> InvalidPayload:
    with pytest.raises(InvalidPayload) as error:
        bound(operation_type, payload, content)
    return error.value


def test_add_field_gets_an_id_and_the_last_place() -> None:
    operation = bound("add_field", {"field": "cause", "definition": {"type": "text", "required": False, "label": ""}})
    assert operation.payload() == {
        "field": NEW,
        "name": "cause",
        "definition": {"name": "cause", "order": "a2", "type": "text"},
    }


def test_add_field_at_a_position_stands_between_its_neighbours() -> None:
    operation = bound("add_field", {"field": "cause", "definition": {"type": "text"}, "position": 1})
    assert "a0" < operation.payload()["definition"]["order"] < "a1"


def test_set_field_takes_a_name_own_or_inherited_or_an_id() -> None:
    definition = {"required": True}
    for reference, field in [("title", TITLE), (TITLE, TITLE), ("priority", BASE_FIELD)]:
        operation = bound("set_field", {"field": reference, "definition": definition})
        assert operation.payload()["field"] == field
        assert operation.payload()["order"] is None


def test_set_field_of_an_unknown_name_creates_it() -> None:
    operation = bound("set_field", {"field": "cause", "definition": {"type": "text"}})
    assert (operation.payload()["field"], operation.payload()["order"]) == (NEW, "a2")
    assert operation.apply(TYPE, CHAIN)["fields"][NEW] == {"name": "cause", "order": "a2", "type": "text"}


def test_another_type_clears_what_no_longer_fits() -> None:
    operation = bound("set_field", {"field": "title", "definition": {"type": "boolean", "default": True}})
    content = operation.apply(TYPE, CHAIN)
    assert content["fields"][TITLE] == {"name": "title", "type": "boolean", "order": "a0", "default": True}
    assert check_record_type(content) == []


def test_moving_a_field_changes_only_its_order() -> None:
    operation = bound("set_field", {"field": "state", "definition": {}, "position": 0})
    content = operation.apply(TYPE, CHAIN)
    assert content["fields"][STATE]["order"] < "a0"


def test_weakening_is_for_the_plan_to_refuse() -> None:
    """EC-EDGE-05: protection is decided where the base is the one of that moment."""
    operation = bound("set_field", {"field": "priority", "definition": {"max_length": 90}})
    with pytest.raises(Refusal, match="inherited"):
        operation.apply(TYPE, CHAIN)


@pytest.mark.parametrize(
    ("operation_type", "payload", "code"),
    [
        ("explode", {}, "INVALID_OPERATION"),
        ("add_field", {"field": "a", "definition": {"type": "integer"}}, "INVALID_FIELD_TYPE"),
        ("add_field", {"field": "a", "definition": {}}, "INVALID_FIELD_TYPE"),
        ("set_field", {"field": "title", "definition": {"type": "integer"}}, "INVALID_FIELD_TYPE"),
        ("set_field", {"field": "title", "definition": {"type": None}}, "INVALID_INPUT"),
        ("set_field", {"field": "title", "definition": {"name": "other"}}, "INVALID_INPUT"),
        ("add_field", {"field": "A b", "definition": {"type": "text"}}, "INVALID_INPUT"),
        ("add_field", {"field": "a"}, "INVALID_INPUT"),
        ("add_field", {"field": "a", "definition": {"type": "text"}, "tenant_id": "x"}, "INVALID_INPUT"),
        ("add_field", {"field": "a", "definition": {"type": "text", "min": 1}}, "ATTRIBUTE_NOT_FITTING"),
        ("add_field", {"field": "a", "definition": {"type": "choice"}}, "ATTRIBUTE_MISSING"),
        ("add_field", {"field": "a", "definition": {"type": "reference"}}, "ATTRIBUTE_MISSING"),
        ("add_field", {"field": "a", "definition": {"type": "string", "pattern": "(?=x)"}}, "PATTERN_INVALID"),
        ("add_field", {"field": "a", "definition": {"type": "number", "min": 2, "max": 1}}, "RANGE_INVALID"),
        ("add_field", {"field": "a", "definition": {"type": "number", "default": True}}, "DEFAULT_NOT_FITTING"),
        ("add_field", {"field": "a", "definition": {"type": "number", "min": 2**60}}, "INVALID_INPUT"),
        ("add_field", {"field": "a", "definition": {"type": "string", "required": 1}}, "INVALID_INPUT"),
        ("set_field", {"field": "title", "definition": {"default": "\ud800"}}, "INVALID_INPUT"),
        ("rename_field", {"old_name": "title", "new_name": "title"}, "INVALID_INPUT"),
        ("rename_field", {"old_name": "title", "new_name": "9"}, "INVALID_INPUT"),
        ("set_attribute", {"attribute": "fields", "value": {}}, "ATTRIBUTE_NOT_FOUND"),
        ("set_attribute", {"attribute": "name", "value": None}, "INVALID_INPUT"),
        ("set_attribute", {"attribute": "status", "value": "retired"}, "INVALID_INPUT"),
        ("set_attribute", {"attribute": "sla", "value": {"duration_minutes": 0}}, "INVALID_INPUT"),
        ("set_attribute", {"attribute": "sla", "value": {"duration_minutes": True}}, "INVALID_INPUT"),
        ("set_attribute", {"attribute": "assignment", "value": {"type": "static_user"}}, "INVALID_INPUT"),
        ("retire", {"because": "x"}, "INVALID_INPUT"),
        ("restore", {"status": "retired"}, "INVALID_INPUT"),
    ],
)
def test_a_payload_that_is_wrong_in_itself_is_invalid(operation_type: str, payload: Any, code: str) -> None:
    """EC-INV-D8, EC-EXE-025: 400 when staged."""
    error = refused(operation_type, payload)
    assert error.code == code
    assert error.message


@pytest.mark.parametrize(
    ("operation_type", "payload"),
    [
        ("remove_field", {"field": "gone"}),
        ("restore_field", {"field": "title"}),
        ("rename_field", {"old_name": "gone", "new_name": "back"}),
        ("set_attribute", {"attribute": "sla", "value": {
            "duration_minutes": 5, "complete_when": {"field": "gone", "equals": "x"}}}),
    ],
)  # fmt: skip
def test_a_name_that_no_field_has_is_refused(operation_type: str, payload: Any) -> None:
    with pytest.raises(Refusal) as error:
        bound(operation_type, payload)
    assert error.value.code == "FIELD_NOT_FOUND"


def test_settings_that_name_fields_store_ids() -> None:
    """EC-JSON-002, EC-JSON-003: a rename must not break them."""
    assignment = {
        "type": "field_match",
        "field": "state",
        "rules": [{"equals": "new", "assign": {"type": "group", "value": "desk"}}],
    }
    stored = bound("set_attribute", {"attribute": "assignment", "value": assignment}).payload()
    assert stored["value"] == {**assignment, "field": STATE}
    sla = {"duration_minutes": 60, "complete_when": {"field": "priority", "equals": "low"}}
    stored = bound("set_attribute", {"attribute": "sla", "value": sla}).payload()
    assert stored["value"]["complete_when"] == {"field": BASE_FIELD, "equals": "low"}


def test_a_rule_for_a_value_the_field_never_has_is_invalid() -> None:
    sla = {"duration_minutes": 60, "complete_when": {"field": "title", "equals": 3}}
    assert refused("set_attribute", {"attribute": "sla", "value": sla}).code == "VALUE_NOT_FITTING"


def test_null_clears_an_attribute() -> None:
    operation = bound("set_attribute", {"attribute": "base_type", "value": None})
    assert "base_type" not in operation.apply(TYPE, CHAIN)


def test_only_a_draft_is_activated() -> None:
    """EC-SM-RT-002, EC-SM-RT-005."""
    activate = {"attribute": "status", "value": "active"}
    assert bound("set_attribute", activate).apply(TYPE, CHAIN)["status"] == "active"
    for status in ("active", "retired"):
        with pytest.raises(Refusal):
            bound("set_attribute", activate, {**TYPE, "status": status})


def test_restoring_by_a_name_that_several_removed_fields_had_asks_for_the_id() -> None:
    twice = {**TYPE, "removed": {**TYPE["removed"], identity(5): {"name": "old", "type": "text", "order": "a3"}}}
    assert refused("restore_field", {"field": "old"}, twice).code == "AMBIGUOUS_FIELD"
    assert bound("restore_field", {"field": OLD}, twice).payload() == {"field": OLD, "name": "old"}


def test_defining_a_type_with_its_fields_gives_valid_content() -> None:
    payload = {
        "key": "problem",
        "name": "Problem",
        "base_type": "task",
        "description": "The cause of incidents.",
        "fields": [
            {"name": "cause", "type": "text", "required": True},
            {"name": "state", "type": "choice", "choice_list": "state", "default": "new"},
        ],
        "numbering": {"prefix": "PRB"},
        "assignment": {"type": "field_match", "field": "state", "rules": []},
    }
    operation = bind_record_type.bind("define", payload, None, NO_CONTEXT, lineages())
    content = operation.apply(None, NO_CONTEXT)
    assert check_record_type(content) == []
    assert [content["fields"][identity(100 + index)]["order"] for index in range(2)] == ["a0", "a1"]
    assert content["numbering"] == {"prefix": "PRB", "digits": 7}
    assert content["assignment"]["field"] == identity(101)
    assert operation.summary() == "Define “Problem” (problem)"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"base_type": "problem"}, "BASE_TYPE_CYCLE"),
        ({"key": "Problem"}, "INVALID_INPUT"),
        ({"name": " "}, "INVALID_INPUT"),
        ({"fields": [{"name": "a", "type": "text"}, {"name": "a", "type": "text"}]}, "DUPLICATE_FIELD"),
        ({"fields": [{"name": "a", "type": "blob"}]}, "INVALID_FIELD_TYPE"),
        ({"status": "retired"}, "INVALID_INPUT"),
    ],
)
def test_a_definition_that_cannot_be_is_invalid(changes: dict[str, Any], code: str) -> None:
    payload = {"key": "problem", "name": "Problem", **changes}
    with pytest.raises(InvalidPayload) as error:
        bind_record_type.bind("define", payload, None, NO_CONTEXT, lineages())
    assert error.value.code == code


LIST: dict[str, Any] = {
    "name": "State",
    "status": "active",
    "items": {
        "new": {"order": "a0", "label": "New", "active": True},
        "done": {"order": "a1", "label": "Done", "active": True},
    },
}


def choice(operation_type: str, payload: Mapping[str, Any], content: Any = LIST) -> Operation:
    return bind_choice_list.bind(operation_type, payload, content, NO_CONTEXT, lineages())


def test_a_choice_list_is_defined_with_items_in_order() -> None:
    payload = {"key": "state", "name": "State", "items": [{"value": "new", "label": "New"}, {"value": "done"}]}
    content = choice("define", payload, None).apply(None, NO_CONTEXT)
    assert check_choice_list(content) == []
    assert content["items"]["done"] == {"order": "a1", "label": "done", "active": True}


def test_choices_are_added_changed_moved_and_removed() -> None:
    added = choice("add_choice", {"value": "open", "label": "Open", "position": 1}).apply(LIST, NO_CONTEXT)
    assert "a0" < added["items"]["open"]["order"] < "a1"
    closed = choice("set_choice", {"value": "done", "label": "Closed", "active": False})
    assert closed.apply(LIST, NO_CONTEXT)["items"]["done"] == {"order": "a1", "label": "Closed", "active": False}
    assert closed.summary() == "Change choice “done”: label “Closed”, inactive"
    moved = choice("set_choice", {"value": "done", "position": 0}).apply(LIST, NO_CONTEXT)
    assert moved["items"]["done"]["order"] < "a0"
    assert list(choice("remove_choice", {"value": "new"}).apply(LIST, NO_CONTEXT)["items"]) == ["done"]


@pytest.mark.parametrize(
    ("operation_type", "payload"),
    [
        ("explode", {}),
        ("add_choice", {"value": ""}),
        ("add_choice", {"value": " padded "}),
        ("add_choice", {"value": "line\nbreak"}),
        ("set_choice", {"value": "new"}),
        ("set_choice", {"value": "new", "label": ""}),
        ("set_attribute", {"attribute": "items", "value": {}}),
        ("set_attribute", {"attribute": "name", "value": None}),
        ("set_attribute", {"attribute": "status", "value": "retired"}),
        ("retire", {"x": 1}),
    ],
)
def test_a_choice_payload_that_is_wrong_in_itself_is_invalid(operation_type: str, payload: Any) -> None:
    with pytest.raises(InvalidPayload):
        choice(operation_type, payload)


@pytest.mark.parametrize("operation_type", ["set_choice", "remove_choice"])
def test_a_choice_that_is_not_there_is_refused(operation_type: str) -> None:
    payload = {"value": "gone", "label": "x"} if operation_type == "set_choice" else {"value": "gone"}
    with pytest.raises(Refusal) as error:
        choice(operation_type, payload)
    assert error.value.code == "CHOICE_NOT_FOUND"


def test_a_choice_that_exists_is_not_added_again() -> None:
    with pytest.raises(Refusal) as error:
        choice("add_choice", {"value": "new"}).apply(LIST, NO_CONTEXT)
    assert error.value.code == "CHOICE_EXISTS"
