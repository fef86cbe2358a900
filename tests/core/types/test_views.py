"""What people read of a content, and what a change does to the graph in their words."""

from typing import Any
from uuid import UUID

from hypothesis import given

from apps.metadata.core.operations import Context
from apps.types.core.field_operations import RenameField
from apps.types.core.graph_diff import graph_diff
from apps.types.core.inheritance import ancestors, effective_fields
from apps.types.core.views import ChoiceListView, RecordTypeView
from tests.core.types import documents
from tests.core.types.documents import identity

A, B, C, D = (identity(number) for number in range(4))
HERE = UUID(int=1)

ROOT = {"name": "Root", "status": "active", "fields": {A: {"name": "number", "type": "string", "order": "a5"}}}
TASK = {
    "name": "Task",
    "status": "active",
    "base_type": "root",
    "fields": {B: {"name": "state", "type": "string", "order": "a0"}},
    "overrides": {A: {"required": True}},
}
INCIDENT = {
    "name": "Incident",
    "status": "draft",
    "base_type": "task",
    "fields": {
        C: {"name": "second", "type": "text", "order": "a1"},
        D: {"name": "short_description", "type": "text", "order": "a0"},
    },
    "overrides": {A: {"max_length": 5}},
    "sla": {"duration_minutes": 5, "complete_when": {"field": B, "equals": "done"}},
}


def view(content: dict[str, Any], *chain: dict[str, Any]) -> RecordTypeView:
    return RecordTypeView(None, HERE, HERE, "dev", "incident", 1, "", content, tuple(chain))


def test_fields_come_from_the_furthest_base_first_and_know_their_owner() -> None:
    shown = view(INCIDENT, TASK, ROOT)
    assert [(field.name, field.owner, field.position) for field in shown.fields] == [
        ("number", "root", 0),
        ("state", "task", 1),
        ("short_description", "incident", 2),
        ("second", "incident", 3),
    ]
    assert shown.base_chain == ["task", "root"]
    assert shown.fields[0].attributes == {"required": True, "max_length": 5}
    assert shown.fields[0].overridden == ("max_length", "required")
    assert shown.fields[2].label == "Short description"
    assert shown.field_count == 2


def test_settings_name_fields_where_the_content_holds_ids() -> None:
    assert view(INCIDENT, TASK, ROOT).sla["complete_when"] == {"field": "state", "equals": "done"}
    assert INCIDENT["sla"]["complete_when"]["field"] == B


def test_a_loop_of_bases_ends() -> None:
    bases: dict[str, str | None] = {"a": "b", "b": "c", "c": "b", "self": "self"}
    assert list(ancestors("a", bases)) == ["b", "c"]
    assert list(ancestors("self", bases)) == []


def test_items_stand_in_their_order() -> None:
    content = {"items": {"b": {"order": "a0", "label": "B", "active": False}, "a": {"order": "a0"}}}
    shown = ChoiceListView(None, HERE, HERE, "dev", "list", 1, "", content)
    assert [(item.value, item.label, item.active, item.position) for item in shown.items] == [
        ("a", "a", True, 0),
        ("b", "B", False, 1),
    ]


@given(documents.record_types(), documents.record_types())
def test_the_graph_diff_is_empty_on_the_same_and_mirrors_its_sides(one: Any, other: Any) -> None:
    """EC-GRA-017."""
    assert graph_diff({"a": one}, {"a": one})["empty"]
    there, back = graph_diff({"a": one}, {"a": other}), graph_diff({"a": other}, {"a": one})
    assert there["summary"] == back["summary"]
    for change, mirrored in zip(there["record_types"]["modified"], back["record_types"]["modified"], strict=True):
        if "fields" in change:
            assert change["fields"]["added"] == mirrored["fields"]["removed"]
            assert len(change["fields"]["modified"]) == len(mirrored["fields"]["modified"])


def test_the_graph_diff_tells_a_rename_from_a_removal() -> None:
    """EC-GRA-018: the id is the same, so it is a rename."""
    renamed = RenameField(field=B, old_name="state", new_name="phase").apply(TASK, Context(chain=(ROOT,)))
    (change,) = graph_diff({"task": TASK}, {"task": renamed})["record_types"]["modified"]
    assert change == {
        "key": "task",
        "fields": {"added": [], "removed": [], "modified": [], "renamed": [{"from": "state", "to": "phase"}]},
    }


def test_the_graph_diff_tells_settings_bindings_and_whole_types() -> None:
    without = {name: value for name, value in INCIDENT.items() if name not in ("sla", "base_type")}
    found = graph_diff({"incident": INCIDENT, "old": TASK}, {"incident": without, "new": TASK, "old": None})
    assert found["record_types"]["added"] == ["new"]
    assert found["record_types"]["removed"] == ["old"]
    assert found["record_types"]["modified"][0]["base_type"] == {"from": "task", "to": None}
    assert found["bindings"] == {"added": [], "removed": [{"type": "sla", "record_type_key": "incident"}]}


def test_an_override_of_nothing_adds_no_field() -> None:
    assert set(effective_fields({"overrides": {D: {"required": True}}, "fields": {}}, [ROOT])) == {A}
