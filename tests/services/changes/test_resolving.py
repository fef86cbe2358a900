"""Deciding conflicts: kept with the change, used again on every rebase, frozen with the operations."""

from typing import Any

import pytest
from django.db import IntegrityError

from apps.changes.errors import (
    ChangeArchived,
    ChangeMerged,
    ConflictMoved,
    MergeConflict,
    NoSuchConflict,
    OperationsFrozen,
    ResolutionRefused,
    SelfApproval,
)
from apps.changes.models import Change, ChangeTarget, ConflictResolution
from apps.kernel.errors import InvalidInput, NotFound
from tests import people
from tests.changing import World, world
from tests.services.changes.meeting import conflicts, decide, decision, labelled, met, planned, stored
from tests.services.changes.test_validation import dump


def label(of: World, field: str = "summary") -> str:
    (found,) = [one["label"] for one in of.content()["fields"].values() if one["name"] == field]
    return str(found)


def base_number(of: World, change: Change) -> int | None:
    with of.reading():
        number: int | None = ChangeTarget.objects.get(change_id=change.pk).base_revision.number  # type: ignore[union-attr]
    return number


@pytest.mark.parametrize(("choice", "more", "expected"), [
    ("mine", {}, "Mine"), ("theirs", {}, "Theirs"), ("edited", {"value": "Both"}, "Both"),
])  # fmt: skip
def test_a_decided_change_merges_what_was_decided(
    itsm: World, choice: str, more: dict[str, Any], expected: str
) -> None:
    change, _ = met(itsm)
    with pytest.raises(MergeConflict):
        itsm.give("change.execute", change.pk)

    resolved = decide(itsm, change, choice, **more)
    itsm.carry_through(change)

    assert resolved.planned.is_clean
    assert label(itsm) == expected
    assert itsm.events(change).count("change.conflict_resolved") == 1


def test_a_conflict_names_who_moved_the_head(itsm: World) -> None:
    """Not the last who touched the definition: the one who wrote this path."""
    change, other = met(itsm)
    elsewhere = itsm.open("Elsewhere")
    itsm.add_field(elsewhere, "urgency")
    itsm.carry_through(elsewhere, by=itsm.ben)

    (one,) = conflicts(itsm, change)

    assert one.mover is not None
    assert (one.mover.change_id, one.mover.number, one.mover.title) == (other.pk, other.number, "Call it Theirs")
    assert (one.mover.by_id, one.mover.revision) == (itsm.ada.pk, 2)


def test_a_field_that_was_removed_is_brought_back_whole(itsm: World) -> None:
    """It is in use again and not in quarantine as well, with everything it was and the change's own edit."""
    change = labelled(itsm, "Mine")
    other = itsm.open("Remove it")
    itsm.stage(other, "remove_field", {"field": "summary"})
    before = itsm.content()["fields"]
    itsm.carry_through(other)
    (one,) = conflicts(itsm, change)
    (identity,) = [key for key, field in before.items() if field["name"] == "summary"]
    assert one.conflict.path == ("fields", identity)

    decide(itsm, change, "mine")
    itsm.carry_through(change)

    content = itsm.content()
    assert content["fields"][identity] == {**before[identity], "label": "Mine"}
    assert "removed" not in content


def test_a_removal_can_yield_to_an_edit(itsm: World) -> None:
    change = itsm.open("Remove it")
    itsm.stage(change, "remove_field", {"field": "summary"})
    itsm.carry_through(labelled(itsm, "Theirs"))

    decide(itsm, change, "theirs")
    itsm.carry_through(change)

    assert label(itsm) == "Theirs"
    assert "removed" not in itsm.content()
    assert itsm.head().number == 2  # type: ignore[union-attr]  nothing was left to write


def test_deciding_again_replaces_and_deciding_the_same_tells_nothing(itsm: World) -> None:
    change, _ = met(itsm)

    decide(itsm, change, "theirs")
    decide(itsm, change, "theirs")
    decide(itsm, change, "mine")

    assert stored(itsm, change)[0][1] == "mine"
    assert itsm.events(change).count("change.conflict_resolved") == 2


def test_a_side_that_moved_meanwhile_is_not_decided_unseen(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    seen = decision(one, "theirs")
    itsm.carry_through(labelled(itsm, "Later"))

    with pytest.raises(ConflictMoved) as refused:
        itsm.give("change.resolve_conflicts", change.pk, decisions=[seen])

    assert refused.value.details["conflicts"][0]["theirs"] == "Later"
    assert stored(itsm, change) == []


def test_a_decision_about_another_value_is_asked_for_again_and_suggested(itsm: World) -> None:
    change, _ = met(itsm)
    decide(itsm, change, "theirs")
    itsm.carry_through(labelled(itsm, "Later"))

    (one,) = conflicts(itsm, change)

    assert one.is_open
    assert (one.conflict.theirs, one.stored and one.stored.choice) == ("Later", "theirs")
    with pytest.raises(MergeConflict):
        itsm.give("change.execute", change.pk)


def test_several_decisions_are_stored_together_or_not_at_all(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    wrong = {**decision(one, "mine"), "path": "/fields/nowhere/label"}
    before = dump(itsm)

    with pytest.raises(NoSuchConflict):
        itsm.give("change.resolve_conflicts", change.pk, decisions=[decision(one, "mine"), wrong])

    assert dump(itsm) == before


def test_an_edited_value_that_does_not_fit_is_refused_with_the_finding(itsm: World) -> None:
    change, _ = met(itsm)
    before = dump(itsm)

    with pytest.raises(ResolutionRefused) as refused:
        decide(itsm, change, "edited", value={"not": "a label"})

    assert refused.value.details["findings"][0]["code"] == "INVALID_CONTENT"
    assert dump(itsm) == before


def test_only_an_edited_conflict_takes_a_value(itsm: World) -> None:
    change, _ = met(itsm)

    with pytest.raises(InvalidInput):
        decide(itsm, change, "mine", value="Sneaked in")

    assert stored(itsm, change) == []


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_rebase_change_keeps_what_was_decided(itsm: World, choice: str) -> None:
    """metadata.md section 8, Infrahub 28. Twice, it alters nothing."""
    change, _ = met(itsm)
    decide(itsm, change, choice)
    before = planned(itsm, change)

    once = itsm.give("change.rebase", change.pk)
    events = itsm.events(change)
    state = dump(itsm)
    twice = itsm.give("change.rebase", change.pk)

    assert (base_number(itsm, change), events[-1]) == (2, "change.rebased")
    assert once.planned.digest == twice.planned.digest == before.digest
    assert (itsm.events(change), dump(itsm)) == (events, state)
    itsm.carry_through(labelled(itsm, "Title", field="priority"))
    itsm.carry_through(change)
    assert label(itsm) == {"mine": "Mine", "theirs": "Theirs"}[choice]


def test_rebase_change_leaves_an_open_conflict_open(itsm: World) -> None:
    change, _ = met(itsm)

    answered = itsm.give("change.rebase", change.pk)

    assert base_number(itsm, change) == 1
    assert len(answered.planned.plan.conflicts) == 1
    assert "change.rebased" not in itsm.events(change)


def test_clear_resolution_brings_the_conflict_back_after_a_rebase_too(itsm: World) -> None:
    """Otherwise taking "theirs" back would be "mine" by itself."""
    change, _ = met(itsm)
    decide(itsm, change, "theirs")
    itsm.give("change.rebase", change.pk)
    (one,) = conflicts(itsm, change)
    place = {name: one.conflict.as_dict()[name] for name in ("kind", "key", "path")}

    answered = itsm.give("change.clear_resolution", change.pk, **place)

    assert [conflict.theirs for conflict in answered.planned.plan.conflicts] == ["Theirs"]
    assert (stored(itsm, change), base_number(itsm, change)) == ([], 1)
    with pytest.raises(NotFound):
        itsm.give("change.clear_resolution", change.pk, **place)


def test_a_decision_ends_when_its_operation_is_deleted_or_edited(itsm: World) -> None:
    change = itsm.open("Both labels")
    rows = [
        itsm.stage(change, "set_field", {"field": name, "definition": {"label": "Mine"}})
        for name in ("summary", "priority")
    ]
    other = itsm.open("Theirs")
    for name in ("summary", "priority"):
        itsm.stage(other, "set_field", {"field": name, "definition": {"label": "Theirs"}})
    itsm.carry_through(other)
    decide(itsm, change, "theirs")
    assert len(stored(itsm, change)) == 2

    itsm.give("change.delete_operation", change.pk, operation_id=rows[0].pk)
    assert len(stored(itsm, change)) == 1
    itsm.give(
        "change.edit_operation",
        change.pk,
        operation_id=rows[1].pk,
        payload={"field": "priority", "definition": {"label": "New"}},
    )

    assert stored(itsm, change) == []


def test_what_is_staged_after_a_decision_is_bound_to_what_was_decided(itsm: World) -> None:
    """The removed field is there again on the desk, so its name is taken."""
    change = labelled(itsm, "Mine")
    other = itsm.open("Remove it")
    itsm.stage(other, "remove_field", {"field": "summary"})
    itsm.carry_through(other)
    decide(itsm, change, "mine")

    itsm.add_field(change, "urgency")
    itsm.carry_through(change)

    assert itsm.field_names() == ["priority", "summary", "urgency"]


def test_decisions_are_frozen_with_the_operations(itsm: World) -> None:
    change, _ = met(itsm)
    decide(itsm, change, "theirs")
    (one,) = conflicts(itsm, change)
    wanted = [decision(one, "mine")]
    place = {name: wanted[0][name] for name in ("kind", "key", "path")}
    ready = itsm.check_in(change)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("change.resolve_conflicts", {"decisions": wanted}),
        ("change.clear_resolution", place),
        ("change.rebase", {}),
    ]

    for name, inputs in calls:
        with pytest.raises(OperationsFrozen):
            itsm.give(name, change.pk, **inputs)
    assert itsm.again(change).approval_digest == ready.approval_digest
    itsm.merge(change)
    for name, inputs in calls:
        with pytest.raises(ChangeMerged):
            itsm.give(name, change.pk, **inputs)


def test_an_archived_change_is_not_decided(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    itsm.give("change.archive", change.pk)

    with pytest.raises(ChangeArchived):
        itsm.give("change.resolve_conflicts", change.pk, decisions=[decision(one, "mine")])
    with pytest.raises(ChangeArchived):
        itsm.give("change.rebase", change.pk)


def test_whoever_decides_is_an_author_and_does_not_vote(acme: World) -> None:
    """metadata.md section 6: the author never approves, on any path; behind an agent neither."""
    first = acme.open("Task", by=acme.eve, environment="test")
    acme.stage(first, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    acme.add_field(first, "one", on="task")
    _approved(acme, first)
    mine, theirs = (acme.open(title, by=acme.eve, environment="test") for title in ("Mine", "Theirs"))
    for change in (mine, theirs):
        payload = {"field": "one", "definition": {"label": change.title}}
        acme.stage(change, "set_field", payload, on="task", by=acme.eve)
    _approved(acme, theirs)
    agent = people.agent(acme.tenant, acme.cleo)
    decide(acme, mine, "mine", by=agent)

    ready = acme.check_in(mine)

    with pytest.raises(SelfApproval):
        acme.give("change.approve", mine.pk, by=acme.cleo, digest=ready.approval_digest)
    acme.give("change.approve", mine.pk, by=acme.ben, digest=ready.approval_digest)
    assert acme.merge(mine).change.status == "Merged"


def test_two_changes_that_write_one_new_file_meet(acme: World) -> None:
    """Neither knew that it would be there: the later one does not write over it unseen."""
    changes = [acme.open(title) for title in ("Mine", "Theirs")]
    for change in changes:
        acme.stage(change, "edit_file", {"content": change.title}, on="docs/readme.md", kind="file")
    mine, theirs = changes
    acme.carry_through(theirs)

    (one,) = conflicts(acme, mine)
    assert (one.conflict.path, one.conflict.theirs, one.conflict.mine) == (("text",), "Theirs", "Mine")
    decide(acme, mine, "edited", value="Both")
    acme.give("change.rebase", mine.pk)
    acme.carry_through(mine)

    assert acme.content("docs/readme.md", kind="file")["text"] == "Both"


def test_another_tenant_neither_sees_nor_decides(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    decide(itsm, change, "theirs")
    other = world("globex")
    before = dump(itsm)

    for name, inputs in (
        ("change.resolve_conflicts", {"decisions": [decision(one, "mine")]}),
        ("change.clear_resolution", {"kind": "record_type", "key": "incident", "path": decision(one, "mine")["path"]}),
        ("change.rebase", {}),
    ):
        with pytest.raises(NotFound):
            other.give(name, change.pk, **inputs)

    with other.reading():
        assert not ConflictResolution.objects.exists()
    assert dump(itsm) == before


def test_the_database_holds_one_decision_for_a_place(itsm: World) -> None:
    change, _ = met(itsm)
    decide(itsm, change, "theirs")

    with itsm.reading():
        row = ConflictResolution.objects.get(change_id=change.pk)
        values = {field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name != "id"}

    with pytest.raises(IntegrityError), itsm.reading():
        ConflictResolution.objects.create(**values)


def _approved(of: World, change: Change) -> None:
    ready = of.check_in(change)
    of.give("change.approve", change.pk, by=of.ben, digest=ready.approval_digest)
    of.merge(change)
