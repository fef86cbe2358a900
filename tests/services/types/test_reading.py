"""What people read: effective fields, environments, keys, and the graph."""

from typing import Any

import pytest

from apps.kernel.errors import NotFound
from apps.kernel.scope import scope_transaction
from apps.metadata.models import Head, Revision
from apps.types import errors, queries
from tests.changing import World
from tests.services.types.conftest import definition_id
from tests.statements import statements_of


def test_a_derived_type_shows_inherited_fields_first_with_what_it_tightened(itsm: World) -> None:
    incident = definition_id(itsm, "incident")
    itsm.give("record_type.add_field", incident, name="cause", type="text")
    change = itsm.open()
    itsm.stage(change, "set_field", {"field": "number", "definition": {"required": True}})
    itsm.carry_through(change)

    with itsm.reading():
        view = queries.record_type(incident)
        shown = [(field.name, field.owner, field.inherited, field.overridden) for field in view.fields]

    assert shown == [("number", "task", True, ("required",)), ("cause", "incident", False, ())]
    assert view.base_chain == ["task"]
    assert [field.name for field in view.own_fields] == ["cause"]
    assert view.fields[0].label == "Number"


def test_removed_fields_are_shown_to_be_restored(itsm: World) -> None:
    task = definition_id(itsm, "task")
    itsm.give("record_type.add_field", task, name="notes", type="text")
    for operation in ("remove_field", "restore_field"):
        change = itsm.open()
        itsm.stage(change, operation, {"field": "notes"}, on="task")
        itsm.carry_through(change)
        with itsm.reading():
            view = queries.record_type(task)
        waiting = ["notes"] if operation == "remove_field" else []
        assert [field.name for field in view.removed_fields] == waiting


def test_an_environment_that_does_not_run_a_type_does_not_have_it(itsm: World) -> None:
    task = definition_id(itsm, "task")
    prod = itsm.environment("prod").pk
    with itsm.reading():
        assert queries.record_types_of(prod).count() == 0
        with pytest.raises(NotFound):
            queries.record_type(task, environment_id=prod)


def test_a_type_is_the_same_by_id_and_by_key(itsm: World) -> None:
    """By id it is one statement, with its base chain; in the environment that is named, by any of its names."""
    itsm.give("record_type.create", key="outage", name="Outage", base_type="incident")
    ids = [definition_id(itsm, key) for key in ("incident", "outage")]
    choices = definition_id(itsm, "priority", kind="choice_list")
    for environment in (None, "dev", "DEV"):
        with itsm.acting(itsm.eve, environment), scope_transaction():
            views = [queries.record_type(one) for one in ids]
            assert views == [queries.record_type_by_key("incident"), queries.record_type_by_key("outage")]
            assert [view.base_chain for view in views] == [["task"], ["incident", "task"]]
            assert statements_of(lambda: queries.record_type(ids[1])) == 1
    with itsm.acting(itsm.eve, "staging"), scope_transaction(), pytest.raises(NotFound):
        queries.record_type(ids[0])
    with itsm.reading(), pytest.raises(NotFound):
        queries.record_type(choices)


def test_a_key_that_two_projects_have_needs_the_project(itsm: World) -> None:
    """EC-API-028."""
    other = itsm.give("project.create", name="HR", key="hr")
    itsm.give("record_type.create", key="task", name="Task", project_id=other.pk)
    with itsm.reading():
        with pytest.raises(errors.AmbiguousKey) as refused:
            queries.record_type_by_key("task")
        assert refused.value.details == {"projects": sorted([str(itsm.project.pk), str(other.pk)])}
        assert queries.record_type_by_key("task", project_id=other.pk).project_id == other.pk
        with pytest.raises(NotFound):
            queries.record_type_by_key("nothing")


def test_settings_are_read_with_names(itsm: World) -> None:
    change = itsm.open()
    assignment = {"type": "field_match", "field": "number", "rules": []}
    itsm.stage(change, "set_attribute", {"attribute": "assignment", "value": assignment}, on="incident")
    itsm.carry_through(change)
    rename = itsm.open()
    itsm.stage(rename, "rename_field", {"old_name": "number", "new_name": "no"}, on="task")
    itsm.carry_through(rename)

    with itsm.reading():
        view = queries.record_type(definition_id_inside(itsm, "incident"))

    assert view.assignment["field"] == "no"


def definition_id_inside(world: World, key: str) -> Any:
    return Head.objects.get(kind="record_type", key=key).definition_id


def test_a_sound_project_validates(itsm: World) -> None:
    with itsm.reading():
        assert queries.graph_validation(itsm.project.pk).valid


def test_broken_data_gives_findings_and_not_an_error(itsm: World) -> None:
    """EC-API-124: a head forged to hold nonsense is reported."""
    with itsm.reading():
        head = Head.objects.get(kind="record_type", key="incident")
        forged = Revision.objects.create(
            definition_id=head.definition_id,
            number=99,
            content={"name": 3, "fields": "x", "base_type": "nothing", "status": []},
            digest="0" * 64,
            change_id=head.pk,
            created_at=head.moved_at,
        )
        Head.objects.filter(pk=head.pk).update(revision=forged, digest=forged.digest)
        report = queries.graph_validation(itsm.project.pk)
    assert not report.valid
    codes = [finding["code"] for finding in report.errors]
    assert codes.count("INVALID_CONTENT") == 3
    assert "ORPHAN_BASE_TYPE" in codes


def test_two_snapshots_without_a_write_are_equal(itsm: World) -> None:
    """EC-API-123, EC-GRA-008."""
    with itsm.reading():
        one, other = (queries.graph_snapshot(None, full=True) for _ in range(2))
        summary = queries.graph_snapshot(itsm.project.pk, full=False)
    assert one == other
    assert [(node.kind, node.key) for node in one.nodes or ()] == [
        ("choice_list", "priority"),
        ("record_type", "incident"),
        ("record_type", "task"),
    ]
    assert [(edge.type, edge.source_key, edge.target_key) for edge in one.edges or ()] == [
        ("inherits", "incident", "task")
    ]
    assert (summary.counts, summary.edge_counts) == ({"choice_list": 1, "record_type": 2}, {"inherits": 1})
    assert summary.nodes is None


def test_the_diff_of_a_change_tells_renames_before_and_after_the_merge(itsm: World) -> None:
    """EC-API-125, EC-GRA-018."""
    change = itsm.open()
    itsm.stage(change, "rename_field", {"old_name": "number", "new_name": "no"}, on="task")
    itsm.add_field(change, "cause")
    with itsm.reading():
        pending = queries.change_graph_diff(change.pk)
    itsm.carry_through(change)
    with itsm.reading():
        merged = queries.change_graph_diff(change.pk)

    assert pending == merged
    incident, task = merged["record_types"]["modified"]
    assert incident["fields"]["added"] == ["cause"]
    assert task["fields"] == {"added": [], "removed": [], "modified": [], "renamed": [{"from": "number", "to": "no"}]}
    assert merged["summary"] == {"added": 0, "removed": 0, "modified": 2}
