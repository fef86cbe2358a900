"""What a change may touch."""

from uuid import uuid4

import pytest

from apps.changes.errors import DuplicateTarget, ProjectMismatch, ScopeClosed, TargetInUse
from apps.changes.models import ChangeTarget
from apps.kernel.errors import InvalidInput, NotFound
from tests.changing import World


def test_add_target_takes_its_project_from_the_change(itsm: World) -> None:
    """EC-INV-P5, EC-TBL-005."""
    change = itsm.open()

    target = itsm.give("change.add_target", change.pk, type="record_type", selector={"record_type_key": "incident"})

    assert (target.project_id, target.kind, target.key) == (change.project_id, "record_type", "incident")
    assert itsm.events(change) == ["change.created", "change.target_added"]


def test_add_target_refuses_a_selector_that_does_not_fit_its_type(itsm: World) -> None:
    """EC-INV-D9, EC-GLO-010."""
    change = itsm.open()

    for kind, selector in (
        ("record_type", {"path": "x"}),
        ("record_type", {"choice_list_key": "priority"}),
        ("record_type", {"record_type_key": "Not A Key"}),
        ("record_type", {"record_type_id": "no uuid"}),
        ("record_type", {"record_type_key": "incident", "extra": "x"}),
        ("spaceship", {"key": "x"}),
        ("record_type", {}),
    ):
        with pytest.raises(InvalidInput):
            itsm.give("change.add_target", change.pk, type=kind, selector=selector)

    assert itsm.events(change) == ["change.created"]


def test_a_key_and_an_id_of_one_type_are_one_target(itsm: World) -> None:
    """EC-EDGE-02: a second target for the same definition cannot hide a second operation on one field."""
    change = itsm.open()
    head = itsm.head()
    assert head is not None
    itsm.give("change.add_target", change.pk, type="record_type", selector={"record_type_key": "incident"})

    with pytest.raises(DuplicateTarget):
        itsm.give(
            "change.add_target", change.pk, type="record_type", selector={"record_type_id": str(head.definition_id)}
        )


def test_add_target_refuses_a_definition_of_another_project_at_once(itsm: World) -> None:
    """EC-INV-P7: not at the merge."""
    other = itsm.give("project.create", name="HR", key="hr")
    change = itsm.give("change.create", title="x", project_id=other.pk)
    head = itsm.head()
    assert head is not None

    with pytest.raises(ProjectMismatch):
        itsm.give(
            "change.add_target", change.pk, type="record_type", selector={"record_type_id": str(head.definition_id)}
        )
    with pytest.raises(NotFound):
        itsm.give("change.add_target", change.pk, type="record_type", selector={"record_type_id": str(uuid4())})


def test_targets_are_declared_in_draft_only(itsm: World) -> None:
    """EC-SM-CHGM-002: later it answers SCOPE_CLOSED, also for the first operation on something new."""
    change = itsm.open()
    itsm.give("change.start", change.pk)

    with pytest.raises(ScopeClosed):
        itsm.give("change.add_target", change.pk, type="record_type", selector={"record_type_key": "incident"})
    with pytest.raises(ScopeClosed):
        itsm.add_field(change, "urgency")

    itsm.give("change.reopen", change.pk)
    itsm.add_field(change, "urgency")


def test_delete_target_keeps_one_with_operations(itsm: World) -> None:
    change = itsm.open()
    operation = itsm.add_field(change, "urgency")

    with pytest.raises(TargetInUse):
        itsm.give("change.delete_target", change.pk, target_id=operation.target_id)
    itsm.give("change.delete_operation", change.pk, operation_id=operation.pk)
    itsm.give("change.delete_target", change.pk, target_id=operation.target_id)

    with itsm.reading():
        assert ChangeTarget.objects.filter(change_id=change.pk).count() == 0
    assert itsm.events(change)[-1] == "change.target_deleted"
