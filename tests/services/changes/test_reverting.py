"""Undoing what was merged: the way of every change, back to the digest that was there."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from apps.changes.errors import (
    AlreadyReverted,
    ChangeArchived,
    MergeConflict,
    ModuleReadOnly,
    NothingToRevert,
    NotMerged,
    SelfApproval,
)
from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.queries import operations_of, reversal_of
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, Conflict, NotFound
from apps.metadata.models import Revision
from tests import people
from tests.changing import World, world
from tests.services.changes.meeting import decide
from tests.together import together


def merged(
    of: World, op_type: str, payload: dict[str, Any], *, on: str = "incident", title: str = "A change"
) -> Change:
    change = of.open(title)
    of.stage(change, op_type, payload, on=on)
    done: Change = of.carry_through(change).change
    return done


def text(name: str, **attributes: Any) -> dict[str, Any]:
    return {"field": name, "definition": {"type": "string", **attributes}}


def digest(of: World, key: str = "incident") -> str:
    head = of.head(key)
    assert head is not None
    return head.digest


def operations(of: World, change: Change) -> list[tuple[str, str]]:
    with of.reading():
        return [(row.operation, row.summary) for row in operations_of(change.pk)]


def revert(of: World, change: Change, **inputs: Any) -> Change:
    made: Change = of.give("change.revert", change.pk, **inputs)
    return made


def test_revert_change_gives_the_digest_before(itsm: World) -> None:
    """EC-UI-009, EC-WNS-007: merge, revert, and the schema is what it was, byte for byte."""
    before = digest(itsm)
    change = itsm.open("Urgency")
    itsm.add_field(change, "urgency")
    itsm.stage(change, "rename_field", {"old_name": "priority", "new_name": "prio"})
    itsm.stage(change, "remove_field", {"field": "summary"})
    done = itsm.carry_through(change).change
    after = digest(itsm)

    draft = revert(itsm, done)

    assert (draft.status, draft.origin, draft.reverts_id, draft.author_id) == ("Draft", "revert", done.pk, itsm.ada.pk)
    assert (draft.title, draft.description) == (f"Revert {done.number} Urgency", f"Undoes {done.number}.")
    assert operations(itsm, draft) == [
        ("restore_field", "Restore field “summary”"),
        ("rename_field", "Rename field “prio” to “priority”"),
        ("remove_field", "Remove field “urgency”"),
    ]
    assert digest(itsm) == after  # a draft moves nothing
    assert (draft.plan["is_clean"], draft.plan["definitions"][0]["digest_after"]) == (True, before)
    assert itsm.events(draft) == ["change.created", "change.target_added", *["change.operation_added"] * 3]
    assert itsm.events(done)[-1] == "change.revert_opened"

    itsm.carry_through(draft)
    assert digest(itsm) == before


def test_reverting_a_revert_gives_the_digest_of_the_merge(itsm: World) -> None:
    """A wrong click is undone the same way, and the field keeps the id under which records hold values."""
    done = merged(itsm, "add_field", text("urgency"))
    after, content = digest(itsm), itsm.content()
    back = itsm.carry_through(revert(itsm, done)).change

    again = itsm.carry_through(revert(itsm, back)).change

    assert digest(itsm) == after
    assert itsm.content() == content
    assert again.reverts_id == back.pk


def test_what_the_change_defined_is_retired(acme: World) -> None:
    """EC-EDGE-08: a type and its child made in one change; no empty schema is written, and both come back."""
    change = acme.open("Two types")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    acme.add_field(change, "summary", on="task")
    acme.stage(change, "define", {"key": "incident", "name": "Incident", "base_type": "task"}, on="incident")
    done = acme.carry_through(change).change
    before = {key: digest(acme, key) for key in ("task", "incident")}

    draft = revert(acme, done)
    back = acme.carry_through(draft).change

    assert [kind for kind, _ in operations(acme, draft)] == ["retire", "retire"]
    assert [acme.head(key).status for key in ("task", "incident")] == ["retired", "retired"]  # type: ignore[union-attr]
    assert acme.field_names("task") == ["summary"]
    acme.carry_through(revert(acme, back))
    assert {key: digest(acme, key) for key in ("task", "incident")} == before


def test_what_was_merged_elsewhere_since_stays(itsm: World) -> None:
    """A revert takes back one change and not the work of others after it."""
    done = merged(itsm, "add_field", text("urgency"))
    merged(itsm, "add_field", text("impact"))
    merged(itsm, "set_field", {"field": "summary", "definition": {"label": "What happened"}})

    draft = itsm.check_in(revert(itsm, done))

    assert draft.status == "Ready"
    assert draft.plan["definitions"][0]["replayed"] is True
    itsm.merge(draft)
    assert itsm.field_names() == ["impact", "priority", "summary"]
    labels = [field.get("label") for field in itsm.content()["fields"].values()]
    assert "What happened" in labels


def test_what_was_merged_at_the_same_place_since_is_a_conflict_that_can_be_resolved(itsm: World) -> None:
    """Nobody's later work is undone in silence: both sides are shown, and a person decides."""
    merged(itsm, "set_field", {"field": "summary", "definition": {"label": "First"}})
    done = merged(itsm, "set_field", {"field": "summary", "definition": {"label": "Second"}})
    merged(itsm, "set_field", {"field": "summary", "definition": {"label": "Third"}})
    before = digest(itsm)

    draft = revert(itsm, done)
    with pytest.raises(MergeConflict) as refused:
        itsm.give("change.execute", draft.pk)
    (conflict,) = refused.value.details["conflicts"]
    assert (conflict["base"], conflict["theirs"], conflict["mine"]) == ("Second", "Third", "First")
    failed = itsm.check_in(draft)
    assert failed.status == "ValidationFailed"
    assert digest(itsm) == before

    decide(itsm, draft, "mine")
    itsm.give("change.set_status", draft.pk, status="Implementing")
    itsm.carry_through(draft)
    assert [field.get("label") for field in itsm.content()["fields"].values() if field["name"] == "summary"] == [
        "First"
    ]


def test_a_resolution_is_undone_with_the_change(itsm: World) -> None:
    """What was decided in a conflict is in no operation, and is taken back all the same."""
    change = itsm.open("Mine")
    itsm.stage(change, "set_field", {"field": "summary", "definition": {"label": "Mine"}})
    merged(itsm, "set_field", {"field": "summary", "definition": {"label": "Theirs"}})
    before = digest(itsm)
    itsm.check_in(change)
    decide(itsm, change, "edited", value="Between")
    itsm.give("change.set_status", change.pk, status="Implementing")
    done = itsm.carry_through(change).change
    assert digest(itsm) != before

    itsm.carry_through(revert(itsm, done))

    assert digest(itsm) == before


def test_a_retype_is_named_in_the_draft(itsm: World) -> None:
    """What comes back only in part is said where people decide, and not found out afterwards."""
    done = merged(itsm, "set_field", {"field": "priority", "definition": {"type": "number"}})
    draft = revert(itsm, done)
    assert draft.description.splitlines()[2:] == [
        "Comes back only in part:",
        "- incident: Change field “priority”: type “number”",
    ]


@pytest.mark.parametrize("state", ["Draft", "archived"])
def test_only_what_is_merged_is_reverted(itsm: World, state: str) -> None:
    change = itsm.open()
    itsm.add_field(change, "urgency")
    if state == "archived":
        itsm.give("change.archive", change.pk)
    with pytest.raises(NotMerged if state == "Draft" else ChangeArchived):
        revert(itsm, change)
    assert _drafts(itsm) == 0


def test_a_change_that_left_everything_as_it_was_is_not_reverted(itsm: World) -> None:
    done = merged(itsm, "set_field", {"field": "summary", "definition": {"type": "string"}})
    with pytest.raises(NothingToRevert):
        revert(itsm, done)
    assert _drafts(itsm) == 0


def test_a_change_is_reverted_once(itsm: World) -> None:
    """Two drafts that undo the same thing would meet at the merge; the second person is sent to the first draft."""
    done = merged(itsm, "add_field", text("urgency"))
    draft = revert(itsm, done)
    with pytest.raises(AlreadyReverted) as refused:
        revert(itsm, done)
    assert refused.value.details == {"number": draft.number, "change_id": str(draft.pk), "status": "Draft"}

    itsm.carry_through(draft)
    with pytest.raises(AlreadyReverted):
        revert(itsm, done)
    assert _drafts(itsm) == 1


def test_a_revert_that_was_put_away_makes_room_for_another(itsm: World) -> None:
    done = merged(itsm, "add_field", text("urgency"))
    itsm.give("change.archive", revert(itsm, done).pk)
    draft = revert(itsm, done)
    with itsm.reading():
        found = reversal_of(done.pk)
    assert found is not None
    assert found.pk == draft.pk


def test_the_database_refuses_a_second_revert(itsm: World) -> None:
    """Whatever path a later app takes."""
    done = merged(itsm, "add_field", text("urgency"))
    draft = revert(itsm, done)
    with itsm.reading():
        twin = Change.objects.get(pk=draft.pk)
        twin.pk, twin.number = uuid4(), "CHG9999999"
        with pytest.raises(IntegrityError, match="changes_change_reverted_once"):
            twin.save(force_insert=True)


def test_two_reverts_at_once_leave_one_draft(committed: World) -> None:
    """A double click, on real connections: the second is told of the first."""
    committed.define("incident", "summary")
    done = merged(committed, "add_field", text("urgency"))
    outcomes = together(*[partial(committed.give, "change.revert", done.pk)] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyReverted", "AlreadyReverted", "Change"]
    with committed.reading():
        assert Change.objects.filter(reverts_id=done.pk).count() == 1


def test_revert_change_of_another_tenant_is_not_found(itsm: World) -> None:
    done = merged(itsm, "add_field", text("urgency"))
    other = world("globex")
    with pytest.raises(NotFound):
        other.give("change.revert", done.pk)
    assert _drafts(itsm) == 0
    assert itsm.events(done)[-1] == "execution.completed"


def test_an_agent_drafts_a_revert_and_people_answer_for_it(itsm: World) -> None:
    """A reversal passes the same gates: its author is the person behind the agent, and the agent merges nothing."""
    done = merged(itsm, "add_field", text("urgency"))
    robot = people.agent(itsm.tenant, itsm.ada, roles=["Admin"])

    draft = itsm.give("change.revert", done.pk, by=robot)

    assert (draft.author_id, draft.created_by_id, draft.created_by_kind) == (itsm.ada.pk, robot.pk, "agent")
    with itsm.reading():
        assert {row.author_id for row in operations_of(draft.pk)} == {itsm.ada.pk}
    with pytest.raises(AgentNotAllowed):
        itsm.give("change.check_in", draft.pk, by=robot)


def test_a_revert_needs_the_votes_its_environment_asks_for(acme: World) -> None:
    """Undoing in test takes the same agreement as doing, and nobody approves his own revert."""
    change = acme.open(environment="test")
    acme.stage(change, "define", {"key": "incident", "name": "Incident"})
    ready = acme.check_in(change)
    acme.give("change.approve", change.pk, by=acme.ben, digest=ready.approval_digest)
    done = acme.merge(change).change

    draft = acme.check_in(revert(acme, done))

    assert draft.environment_id == done.environment_id
    with pytest.raises(SelfApproval):
        acme.give("change.approve", draft.pk, digest=draft.approval_digest)
    with pytest.raises(Conflict):
        acme.merge(draft)
    assert acme.head(environment="test").status != "retired"  # type: ignore[union-attr]


def test_a_read_only_module_takes_no_revert(itsm: World) -> None:
    module = itsm.give("module.create", itsm.project.pk, name="Core", type="code")
    change = itsm.give("change.create", title="In a module", module_id=module.pk, project_id=itsm.project.pk)
    itsm.add_field(change, "urgency")
    done = itsm.carry_through(change).change
    itsm.give("module.configure", module.pk, capability_profile="READ_ONLY")
    with pytest.raises(ModuleReadOnly):
        revert(itsm, done)
    assert _drafts(itsm) == 0


def test_the_targets_of_a_revert_remember_what_the_merge_wrote(itsm: World) -> None:
    """Otherwise whatever was merged since would be taken for what the revert was made against."""
    done = merged(itsm, "add_field", text("urgency"))
    merged(itsm, "add_field", text("impact"))
    draft = revert(itsm, done)
    with itsm.reading():
        (target,) = ChangeTarget.objects.filter(change_id=draft.pk)
        assert target.base_revision_id == Revision.objects.get(change_id=done.pk).pk


def test_a_clone_of_a_revert_does_the_same(itsm: World) -> None:
    """Operations that hold ids no name leads to are not bound again by name."""
    before = digest(itsm)
    done = merged(itsm, "add_field", text("urgency"))
    draft = revert(itsm, done)
    itsm.give("change.archive", draft.pk)

    clone = itsm.give("change.clone", draft.pk)

    assert (clone.origin, clone.reverts_id) == ("clone", None)
    itsm.carry_through(itsm.give("change.clone", clone.pk))
    assert digest(itsm) == before


def test_more_can_be_added_to_a_revert(itsm: World) -> None:
    """It is a draft like any other."""
    done = merged(itsm, "add_field", text("urgency"))
    draft = revert(itsm, done)
    itsm.add_field(draft, "severity")
    itsm.carry_through(draft)
    assert itsm.field_names() == ["priority", "severity", "summary"]


def test_a_file_goes_back_to_its_text(acme: World) -> None:
    """Files and scripts are reverted like types."""

    def write(content: str) -> Change:
        change = acme.open()
        acme.stage(change, "edit_file", {"content": content}, on="readme.md", kind="file")
        done: Change = acme.carry_through(change).change
        return done

    write("one")
    done = write("two")
    acme.carry_through(revert(acme, done))
    assert acme.content("readme.md", kind="file")["text"] == "one"


def test_what_depends_on_a_new_type_by_now_is_said_before_it_is_retired(acme: World) -> None:
    """What happened since shows in the plan: a child that others built on the type meanwhile."""
    done = acme.define("task", "summary").change
    acme.define("incident", base="task")
    merged(acme, "set_attribute", {"attribute": "status", "value": "active"})
    checked = acme.check_in(revert(acme, done))
    assert checked.status == "ValidationFailed"
    assert [finding["code"] for finding in checked.plan["findings"]] == ["HAS_ACTIVE_DERIVED_TYPES"]
    assert checked.plan["impact"]["by_kind"] == {"record_type": 1}


def test_a_dry_run_of_a_revert_writes_nothing(itsm: World) -> None:
    done = merged(itsm, "add_field", text("urgency"))
    draft = revert(itsm, done)
    after = digest(itsm)
    with itsm.acting(itsm.ada):
        planned = dispatch("change.execute", draft.pk)
    assert planned.is_clean
    assert digest(itsm) == after


def _drafts(of: World) -> int:
    """How many reverts there are, and that none left anything else behind."""
    with of.reading():
        made = list(Change.objects.filter(origin="revert").values_list("pk", flat=True))
        assert ChangeOperation.objects.filter(change__origin="revert").values("change_id").distinct().count() == len(
            made
        )
    return len(made)
