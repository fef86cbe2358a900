"""Staging: names become ids, and no two operations of a change claim the same thing."""

import pytest

from apps.changes.errors import (
    ChangeMerged,
    ConflictingOperation,
    DuplicateOperation,
    ModuleReadOnly,
    OperationRefused,
    OperationsFrozen,
    TargetTypeMismatch,
)
from apps.changes.models import Change, ChangeOperation
from apps.kernel.errors import InvalidInput, NotFound
from apps.tenancy.models import Module
from tests.changing import World


def operations(world: World, change: Change) -> list[tuple[int, str]]:
    with world.reading():
        found = ChangeOperation.objects.filter(change_id=change.pk).order_by("sequence")
        return [(row.sequence, row.operation) for row in found]


def test_staging_alters_nothing_but_the_change(itsm: World) -> None:
    """EC-GLO-011, EC-SM-OP-001: the schema is altered by the merge alone."""
    before = itsm.content()
    change = itsm.open()

    row = itsm.add_field(change, "urgency")

    assert (row.state, row.executed_at, row.previous_snapshot_id) == ("pending", None, None)
    assert itsm.content() == before
    assert itsm.events(change) == ["change.created", "change.target_added", "change.operation_added"]


def test_names_become_ids_and_stay_readable(itsm: World) -> None:
    change = itsm.open()

    row = itsm.stage(change, "rename_field", {"old_name": "priority", "new_name": "rank"})

    field = next(key for key, value in itsm.content()["fields"].items() if value["name"] == "priority")
    assert row.payload["field"] == field
    assert row.display == {"old_name": "priority", "new_name": "rank"}
    assert "priority" in row.summary


def test_two_operations_on_one_field_are_refused_when_staged(itsm: World) -> None:
    """EC-EXE-031, EC-EDGE-01: a renamed-away name is never silently created again."""
    rename = ("rename_field", "priority", "rank")
    refusals: list[tuple[tuple[str, ...], tuple[str, ...], type[Exception]]] = [
        (("add_field", "x"), ("add_field", "x"), DuplicateOperation),
        (("set_field", "priority"), ("set_field", "priority"), DuplicateOperation),
        (("remove_field", "priority"), ("remove_field", "priority"), DuplicateOperation),
        (rename, ("set_field", "priority"), ConflictingOperation),
        (rename, ("set_field", "rank"), ConflictingOperation),
        (rename, ("remove_field", "priority"), ConflictingOperation),
        (rename, ("add_field", "priority"), ConflictingOperation),
        (("set_field", "priority"), rename, ConflictingOperation),
        (("remove_field", "priority"), ("add_field", "priority"), ConflictingOperation),
        (("add_field", "rank"), rename, ConflictingOperation),
    ]
    for first, second, error in refusals:
        change = itsm.open()
        itsm.stage(change, first[0], payload(*first))

        with pytest.raises(error):
            itsm.stage(change, second[0], payload(*second))

        assert operations(itsm, change) == [(1, first[0])]


def payload(operation: str, *names: str) -> dict:
    if operation == "rename_field":
        return {"old_name": names[0], "new_name": names[1]}
    if operation == "remove_field":
        return {"field": names[0]}
    if operation == "set_field":
        return {
            "field": names[0],
            "definition": {"label": "Label"} | ({"type": "string"} if names[0] == "rank" else {}),
        }
    return {"field": names[0], "definition": {"type": "string"}}


def test_deleting_an_operation_frees_its_names(itsm: World) -> None:
    """EC-EXE-034, EC-SM-OP-002."""
    change = itsm.open()
    row = itsm.add_field(change, "urgency")

    itsm.give("change.delete_operation", change.pk, operation_id=row.pk)
    again = itsm.add_field(change, "urgency")

    assert operations(itsm, change) == [(2, "add_field")]
    assert again.payload["field"] != row.payload["field"]
    assert "change.operation_deleted" in itsm.events(change)


def test_an_edited_operation_keeps_its_place_and_its_ids(itsm: World) -> None:
    change = itsm.open()
    row = itsm.add_field(change, "urgency")
    itsm.add_field(change, "impact")

    edited = itsm.give(
        "change.edit_operation", change.pk, operation_id=row.pk,
        payload={"field": "severity", "definition": {"type": "number"}},
    )  # fmt: skip

    assert (edited.sequence, edited.payload["field"]) == (1, row.payload["field"])
    itsm.carry_through(change)
    assert itsm.field_names() == ["impact", "priority", "severity", "summary"]


def test_an_edited_operation_cannot_take_what_another_one_has(itsm: World) -> None:
    change = itsm.open()
    row = itsm.add_field(change, "urgency")
    itsm.add_field(change, "impact")

    with pytest.raises(ConflictingOperation):
        itsm.give(
            "change.edit_operation", change.pk, operation_id=row.pk,
            op_type="set_field", payload={"field": "impact", "definition": {"label": "Impact"}},
        )  # fmt: skip

    with itsm.reading():
        assert ChangeOperation.objects.get(pk=row.pk).display["field"] == "urgency"


def test_staging_refuses_what_is_wrong_in_itself(itsm: World) -> None:
    """EC-INV-D8, EC-EXE-025: unknown field types and operations are a 400."""
    change = itsm.open()

    for op_type, wrong in (
        ("add_field", {"field": "x", "definition": {"type": "integer"}}),
        ("add_field", {"field": "x"}),
        ("rename_field", {"old_name": "priority", "new_name": "priority"}),
        ("explode", {}),
    ):
        with pytest.raises(InvalidInput):
            itsm.stage(change, op_type, wrong)

    assert operations(itsm, change) == []


def test_an_operation_of_another_kind_does_not_fit_the_target(itsm: World) -> None:
    """EC-EXE-023."""
    change = itsm.open()

    with pytest.raises(TargetTypeMismatch):
        itsm.stage(change, "add_choice", {"value": "1", "label": "One"})


def test_staging_refuses_a_field_that_is_not_there(itsm: World) -> None:
    change = itsm.open()

    with pytest.raises(OperationRefused) as refused:
        itsm.stage(change, "remove_field", {"field": "nothing"})

    assert (refused.value.code, refused.value.status) == ("FIELD_NOT_FOUND", 422)


def test_a_target_of_another_change_does_not_exist_here(itsm: World) -> None:
    """EC-EXE-024, EC-EDGE-15."""
    other = itsm.open()
    target = itsm.give("change.add_target", other.pk, type="record_type", selector={"record_type_key": "incident"})
    change = itsm.open()

    with pytest.raises(NotFound):
        itsm.give(
            "change.stage_operation", change.pk, op_type="remove_field", payload={"field": "priority"},
            target_id=target.pk,
        )  # fmt: skip
    row = itsm.add_field(other, "urgency")
    with pytest.raises(NotFound):
        itsm.give("change.delete_operation", change.pk, operation_id=row.pk)


def test_a_ready_change_takes_no_operations(itsm: World) -> None:
    """EC-AMB-35, EC-SM-CHGM-006."""
    change = itsm.open()
    row = itsm.add_field(change, "urgency")
    itsm.check_in(change)

    with pytest.raises(OperationsFrozen):
        itsm.add_field(change, "impact")
    with pytest.raises(OperationsFrozen):
        itsm.give("change.delete_operation", change.pk, operation_id=row.pk)
    with pytest.raises(OperationsFrozen):
        itsm.give("change.edit_operation", change.pk, operation_id=row.pk, payload={"field": "x"})


def test_a_merged_change_stays_as_it_is(itsm: World) -> None:
    """EC-INV-E1, EC-INV-E3, EC-SM-OP-005."""
    change = itsm.open()
    row = itsm.add_field(change, "urgency")
    itsm.carry_through(change)
    before = itsm.events(change)

    for name, inputs in (
        ("change.delete_operation", {"operation_id": row.pk}),
        ("change.edit_operation", {"operation_id": row.pk, "payload": {}}),
        ("change.edit", {"title": "x"}),
        ("change.archive", {}),
        ("change.set_status", {"status": "Implementing"}),
        ("change.add_target", {"type": "record_type", "selector": {"key": "problem"}}),
    ):
        with pytest.raises(ChangeMerged):
            itsm.give(name, change.pk, **inputs)
    with pytest.raises(ChangeMerged):
        itsm.add_field(change, "impact")

    assert itsm.events(change) == before
    assert operations(itsm, change) == [(1, "add_field")]


def test_a_read_only_module_takes_no_operations(itsm: World) -> None:
    """EC-GLO-007."""
    with itsm.reading():
        module = Module.objects.filter(project=itsm.project).first()
    itsm.give("module.configure", module.pk, capability_profile="READ_ONLY")
    change = itsm.give("change.create", title="x", module_id=module.pk)

    with pytest.raises(ModuleReadOnly):
        itsm.add_field(change, "urgency")


def test_what_was_staged_before_a_module_became_read_only_is_neither_checked_in_nor_merged(itsm: World) -> None:
    """EC-GLO-007: not by a check-in, not by a validation that is under way, not by a merge."""
    with itsm.reading():
        module = Module.objects.filter(project=itsm.project).first()

    def profile(name: str) -> None:
        itsm.give("module.configure", module.pk, capability_profile=name)

    change = itsm.give("change.create", title="x", module_id=module.pk)
    itsm.add_field(change, "urgency")
    profile("READ_ONLY")
    with pytest.raises(ModuleReadOnly):
        itsm.give("change.check_in", change.pk)
    assert itsm.again(change).status == "Draft"

    profile("CODE_MODULE_DEFAULT")
    itsm.give("change.check_in", change.pk)
    profile("READ_ONLY")
    failed = itsm.validate(change)
    assert (failed.status, [one["code"] for one in failed.plan["findings"]]) == (
        "ValidationFailed", ["MODULE_READ_ONLY"],
    )  # fmt: skip

    profile("CODE_MODULE_DEFAULT")
    assert itsm.check_in(change).status == "Ready"
    profile("READ_ONLY")
    before = itsm.events(change)
    with pytest.raises(ModuleReadOnly):
        itsm.merge(change)
    assert (itsm.again(change).status, itsm.events(change)) == ("Ready", before)
    assert "urgency" not in itsm.field_names()

    profile("CODE_MODULE_DEFAULT")
    assert itsm.merge(change).change.status == "Merged"


def test_a_batch_is_staged_whole_or_not_at_all(itsm: World) -> None:
    change = itsm.open()
    target = {"type": "record_type", "selector": {"record_type_key": "incident"}}
    wanted = [
        {"op_type": "add_field", "payload": {"field": name, "definition": {"type": "string"}}, "target": target}
        for name in ("one", "two", "one")
    ]

    with pytest.raises(DuplicateOperation):
        itsm.give("change.stage_operations", change.pk, operations=wanted)
    assert operations(itsm, change) == []

    itsm.give("change.stage_operations", change.pk, operations=wanted[:2])
    assert operations(itsm, change) == [(1, "add_field"), (2, "add_field")]


def test_later_operations_see_what_earlier_ones_made(acme: World) -> None:
    """A type, its fields and a field's new name, all in one change."""
    change = acme.open()
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    acme.stage(change, "define", {"key": "incident", "name": "Incident", "base_type": "task"})
    acme.add_field(change, "number", on="task")

    row = acme.stage(change, "set_field", {"field": "number", "definition": {"required": True}})
    acme.carry_through(change)

    assert list(acme.content()["overrides"]) == [row.payload["field"]]
