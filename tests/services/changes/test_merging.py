"""What a merge promises: all of it or nothing, on what is there now, exactly what was looked at."""

import pytest
from django.db import IntegrityError

from apps.changes.errors import ChangeMerged, MergeConflict, PlanRefused, StaleDigest
from apps.changes.models import Change, ChangeOperation, ChangeTarget, Snapshot
from apps.events.models import CommandRecord
from apps.kernel.errors import AgentNotAllowed, IllegalTransition, PermissionDenied
from apps.metadata.core.content import Content
from apps.metadata.models import Reference, Revision
from tests import people
from tests.changing import World
from tests.services.changes.test_validation import dump

EXECUTION = [
    "execution.started",
    "graph.validation_succeeded",
    "graph.diff_computed",
    "change.merged",
    "execution.completed",
]


def pending(world: World, change: Change) -> int:
    with world.reading():
        return ChangeOperation.objects.filter(change_id=change.pk, executed_at__isnull=True).count()


def test_merge_change_moves_the_head_and_tells_it(itsm: World) -> None:
    """EC-SM-CHG-012, EC-API-021: revision, head, snapshot, stamps, status and events."""
    before = itsm.head()
    assert before is not None
    change = itsm.open("Add urgency")
    row = itsm.add_field(change, "urgency")

    merged = itsm.carry_through(change)

    head = itsm.head()
    assert head is not None
    assert (head.number, head.name) == (before.number + 1, "Incident")
    assert itsm.field_names() == ["priority", "summary", "urgency"]
    assert (merged.change.status, merged.change.merged_by_id) == ("Merged", itsm.ada.pk)
    assert merged.snapshots == 1
    with itsm.reading():
        snapshot = Snapshot.objects.get(change_id=change.pk)
        stamped = ChangeOperation.objects.get(pk=row.pk)
        assert snapshot.revision_before_id == before.revision_id
        assert stamped.previous_snapshot_id == snapshot.pk
        assert stamped.executed_at == merged.change.merged_at
        assert Revision.objects.get(pk=head.revision_id).change_id == change.pk
    assert itsm.events(change)[-5:] == EXECUTION
    assert "metadata.head_moved" in itsm.events()


def test_several_operations_on_one_type_make_one_snapshot_and_one_revision(itsm: World) -> None:
    """EC-EDGE-07, EC-EXE-037: all of them point at the state before the change."""
    before = itsm.head()
    assert before is not None
    change = itsm.open()
    for name in ("one", "two"):
        itsm.add_field(change, name)
    itsm.stage(change, "rename_field", {"old_name": "priority", "new_name": "rank"})

    itsm.carry_through(change)

    head = itsm.head()
    assert head is not None
    assert head.number == before.number + 1
    with itsm.reading():
        snapshots = {row.previous_snapshot_id for row in ChangeOperation.objects.filter(change_id=change.pk)}
        assert snapshots == {Snapshot.objects.get(change_id=change.pk, revision_before=before.revision_id).pk}


def test_operations_that_change_nothing_are_stamped_without_a_revision(itsm: World) -> None:
    """EC-EXE-015."""
    itsm_head = itsm.head()
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "name", "value": "Incident"})

    itsm.carry_through(change)

    assert itsm.head() == itsm_head
    assert pending(itsm, change) == 0
    with itsm.reading():
        assert Snapshot.objects.filter(change_id=change.pk).count() == 1


def test_a_type_that_did_not_exist_has_an_absent_snapshot(acme: World) -> None:
    """EC-EDGE-08: base and child in one change."""
    change = acme.open()
    acme.stage(change, "define", {"key": "incident", "name": "Incident", "base_type": "task"})
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")

    acme.carry_through(change)

    with acme.reading():
        assert [snapshot.absent for snapshot in Snapshot.objects.filter(change_id=change.pk)] == [True, True]
        assert list(Reference.objects.values_list("edge", "target_key")) == [("inherits", "task")]


def test_one_bad_operation_of_ten_leaves_no_trace(itsm: World) -> None:
    """EC-INV-E4, EC-EXE-035, EC-SM-OP-004: the columns stay null and the change stays Ready."""
    change = itsm.open()
    for number in range(9):
        itsm.add_field(change, f"field_{number}")
    itsm.check_in(change)
    with itsm.reading():
        row = ChangeOperation.objects.filter(change_id=change.pk).first()
        ChangeOperation.objects.create(
            change=change, target=row.target, sequence=99, operation="remove_field",
            payload={"field": "aaaaaaaaaaaaa", "name": "gone"}, display={}, summary="", claims=[], author=itsm.ada,
            created_at=change.created_at,
        )  # fmt: skip
    before = dump(itsm)

    with pytest.raises(PlanRefused) as refused:
        itsm.merge(change)

    assert (refused.value.status, refused.value.code) == (422, "FIELD_NOT_FOUND")
    assert dump(itsm) == before
    assert itsm.again(change).status == "Ready"


def test_a_failed_merge_is_told_after_the_rollback(itsm: World) -> None:
    """EC-EDGE-16, EC-EXE-017, EC-SM-CHG-013."""
    itsm.define("task", "number")
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "base_type", "value": "task"})
    itsm.check_in(change)
    other = itsm.open()
    itsm.stage(other, "rename_field", {"old_name": "number", "new_name": "summary"}, on="task")
    itsm.carry_through(other)

    with pytest.raises(PlanRefused) as refused:
        itsm.merge(change)

    assert refused.value.code == "DUPLICATE_FIELD"
    assert itsm.events(change)[-3:] == ["execution.started", "graph.validation_failed", "execution.failed"]
    with itsm.reading():
        record = CommandRecord.objects.filter(name="change.merge").order_by("-occurred_at").first()
        assert record is not None
        assert record.outcome == "rejected"


def test_a_change_refused_before_it_ran_has_no_execution(itsm: World) -> None:
    """EC-EXE-006, EC-AMB-37."""
    change = itsm.open()
    itsm.add_field(change, "urgency")

    with pytest.raises(IllegalTransition) as refused:
        itsm.merge(change)

    assert refused.value.message == (
        f"{change.number} is Draft. Only what is Ready can become Merged. Possible now: Implementing, Validating."
    )
    assert refused.value.details == {"from": "Draft", "to": "Merged", "allowed": ["Implementing", "Validating"]}
    assert "execution.started" not in itsm.events(change)


def test_a_change_is_merged_once(itsm: World) -> None:
    """EC-INV-E2."""
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.carry_through(change)
    head = itsm.head()

    with pytest.raises(ChangeMerged):
        itsm.merge(change)

    assert itsm.head() == head
    assert itsm.events(change).count("execution.completed") == 1


def test_only_a_person_with_the_right_merges(itsm: World) -> None:
    """EC-RBAC-M-004."""
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.check_in(change)
    agent = people.agent(itsm.tenant, itsm.ada, roles=["Admin"])

    with pytest.raises(PermissionDenied):
        itsm.merge(change, by=itsm.eve)
    with pytest.raises(AgentNotAllowed):
        itsm.merge(change, by=agent)

    assert itsm.again(change).status == "Ready"


def test_merge_change_refuses_a_digest_that_was_not_looked_at(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.check_in(change)

    with pytest.raises(StaleDigest):
        itsm.give("change.merge", change.pk, digest="0" * 64)
    assert itsm.again(change).status == "Ready"


def test_different_fields_never_conflict(itsm: World) -> None:
    """EC-EDGE-09: no update is lost when the head moved in between."""
    first, second = itsm.open("One"), itsm.open("Two")
    itsm.add_field(first, "one")
    itsm.add_field(second, "two")
    itsm.check_in(first)
    itsm.check_in(second)

    itsm.merge(first)
    merged = itsm.merge(second)

    assert merged.planned.plan.definitions[0].replayed
    assert itsm.field_names() == ["one", "priority", "summary", "two"]


def test_the_same_path_conflicts_and_names_both_sides(itsm: World) -> None:
    first, second = itsm.open("One"), itsm.open("Two")
    itsm.stage(first, "set_field", {"field": "summary", "definition": {"label": "One"}})
    itsm.stage(second, "set_field", {"field": "summary", "definition": {"label": "Two"}})
    itsm.check_in(first)
    itsm.check_in(second)
    itsm.merge(first)
    before = dump(itsm)

    with pytest.raises(MergeConflict) as refused:
        itsm.merge(second)

    (conflict,) = refused.value.details["conflicts"]
    assert (conflict["theirs"], conflict["mine"]) == ("One", "Two")
    assert dump(itsm) == before
    assert itsm.events(second)[-1] == "execution.failed"


def test_a_conflict_goes_when_its_operation_is_written_again(itsm: World) -> None:
    """Whoever edits an operation sees what is there now."""
    first, second = itsm.open("One"), itsm.open("Two")
    itsm.stage(first, "set_field", {"field": "summary", "definition": {"label": "One"}})
    row = itsm.stage(second, "set_field", {"field": "summary", "definition": {"label": "Two"}})
    itsm.carry_through(first)

    itsm.give("change.edit_operation", second.pk, operation_id=row.pk, payload=row.display)
    itsm.carry_through(second)

    assert _labels(itsm.content())["summary"] == "Two"


def test_an_operation_staged_after_a_move_is_made_against_what_is_there(itsm: World) -> None:
    change = itsm.open()
    itsm.add_field(change, "one")
    other = itsm.open()
    itsm.stage(other, "set_field", {"field": "summary", "definition": {"label": "One"}})
    itsm.carry_through(other)

    itsm.stage(change, "set_field", {"field": "summary", "definition": {"label": "Two"}})
    itsm.carry_through(change)

    assert _labels(itsm.content())["summary"] == "Two"


def test_both_adding_one_name_is_refused_for_the_second(itsm: World) -> None:
    """EC-EDGE-09."""
    first, second = itsm.open("One"), itsm.open("Two")
    itsm.add_field(first, "urgency")
    itsm.add_field(second, "urgency")
    itsm.check_in(first)
    itsm.check_in(second)
    itsm.merge(first)

    with pytest.raises(PlanRefused) as refused:
        itsm.merge(second)

    assert refused.value.code == "FIELD_EXISTS"
    assert itsm.again(second).status == "Ready"


def test_protection_is_judged_at_the_merge(itsm: World) -> None:
    """EC-EDGE-05: a base gained the name after the operation was staged."""
    itsm.define("task", "number")
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "base_type", "value": "task"})
    itsm.carry_through(change)
    child = itsm.open("Child")
    itsm.stage(child, "rename_field", {"old_name": "priority", "new_name": "rank"})
    itsm.check_in(child)
    base = itsm.open("Base")
    itsm.add_field(base, "rank", on="task")
    itsm.carry_through(base)

    with pytest.raises(PlanRefused) as refused:
        itsm.merge(child)

    assert refused.value.code in ("PROTECTED_FIELD", "FIELD_EXISTS")
    assert itsm.again(child).status == "Ready"


@pytest.mark.parametrize("base_first", [True, False])
def test_an_inherited_field_is_protected_even_if_the_same_change_takes_it_from_the_base(
    acme: World, base_first: bool
) -> None:
    """EC-EDGE-06: the stored base protects, whatever the order."""
    acme.define("task", "number")
    acme.define("incident", base="task")
    change = acme.open()
    operations = [("remove_field", {"field": "number"}, "task"), ("remove_field", {"field": "number"}, "incident")]
    for op_type, payload, on in operations if base_first else reversed(operations):
        acme.stage(change, op_type, payload, on=on)

    assert acme.check_in(change).status == "ValidationFailed"
    codes = {finding["code"] for finding in acme.again(change).plan["findings"]}
    assert "PROTECTED_FIELD" in codes


def test_a_base_cannot_gain_what_a_child_has(acme: World) -> None:
    """EC-EXE-029: descendants are judged on the projection."""
    acme.define("task", "number")
    acme.define("incident", "rank", base="task")
    change = acme.open()
    acme.add_field(change, "rank", on="task")

    assert acme.check_in(change).status == "ValidationFailed"


def test_a_name_is_borne_by_one_definition_of_an_environment(itsm: World) -> None:
    """EC-INV-D3, now by environment."""
    itsm.define("problem")
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "name", "value": "Incident"}, on="problem")

    assert itsm.check_in(change).status == "ValidationFailed"
    assert [finding["code"] for finding in itsm.again(change).plan["findings"]] == ["NAME_TAKEN"]


def test_two_names_can_be_swapped_in_one_change(itsm: World) -> None:
    itsm.define("problem")
    change = itsm.open()
    itsm.stage(change, "set_attribute", {"attribute": "name", "value": "Problem"}, on="incident")
    itsm.stage(change, "set_attribute", {"attribute": "name", "value": "Incident"}, on="problem")

    itsm.carry_through(change)

    assert (itsm.head("incident").name, itsm.head("problem").name) == ("Problem", "Incident")  # type: ignore[union-attr]


def test_a_target_forged_onto_another_project_is_refused(itsm: World) -> None:
    """EC-INV-P1, EC-EXE-004."""
    other = itsm.give("project.create", name="HR", key="hr")
    change = itsm.open()
    itsm.add_field(change, "urgency")
    itsm.check_in(change)
    with itsm.reading():
        ChangeTarget.objects.filter(change_id=change.pk).update(project=other)

    with pytest.raises(PlanRefused) as refused:
        itsm.merge(change)

    assert refused.value.code == "PROJECT_MISMATCH"


def test_an_operation_is_stamped_whole(itsm: World) -> None:
    """EC-INV-D7."""
    change = itsm.open()
    row = itsm.add_field(change, "urgency")

    with pytest.raises(IntegrityError), itsm.reading():
        ChangeOperation.objects.filter(pk=row.pk).update(executed_at=change.created_at)


def test_environments_move_apart(itsm: World) -> None:
    """A head belongs to its environment; revisions are numbered by definition."""
    change = itsm.open("Define there", by=itsm.eve, environment="test")
    itsm.stage(change, "define", {"key": "incident", "name": "Incident"}, by=itsm.eve)
    ready = itsm.check_in(change)
    itsm.give("change.approve", change.pk, digest=ready.approval_digest)
    itsm.merge(change)

    dev, test = itsm.head(), itsm.head(environment="test")
    assert dev is not None
    assert test is not None
    assert dev.definition_id == test.definition_id
    assert (dev.number, test.number) == (1, 2)
    assert itsm.field_names() == ["priority", "summary"]


def _labels(content: Content) -> dict[str, str | None]:
    return {field["name"]: field.get("label") for field in content["fields"].values()}
