"""What would be lost: buttons that are the machine's moves, and a page that says what a change does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.changes.core.lifecycle import TRANSITIONS, State
from apps.changes.models import Change
from tests import people
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World

#: The command behind each move a person can make from a page.
MOVES = {
    "start": "change.start",
    "reopen": "change.reopen",
    "check_in": "change.check_in",
    "abort_validation": "change.set_status",
    "rework": "change.set_status",
    "close_workspace": "change.set_status",
    "withdraw": "change.withdraw",
    "merge": "change.merge",
}
GUARDED = {"change.check_in", "change.withdraw", "change.merge"}
#: No command starts a workspace yet.
REACHABLE = [state for state in State if state != State.WORKSPACE_RUNNING]


def change_in(world: World, state: State) -> Change:
    """A change in this state, with an operation, brought there by the commands."""
    change = world.open("Define task", by=world.eve)
    key = "task"
    payload = {"key": key, "name": "Task"}
    if state == State.VALIDATION_FAILED:
        payload["base_type"] = "nowhere"
    world.stage(change, "define", payload, on=key, by=world.eve)
    if state == State.IMPLEMENTING:
        world.give("change.start", change.pk)
    elif state == State.VALIDATING:
        world.give("change.check_in", change.pk)
    elif state in (State.VALIDATION_FAILED, State.READY):
        world.check_in(change)
    elif state == State.MERGED:
        world.carry_through(change)
    return world.again(change)


@pytest.mark.parametrize("state", REACHABLE)
def test_buttons_equal_legal_moves(acme: World, ada: Seat, state: State) -> None:
    """EC-UI-006: one button for each move that is legal now, and none besides."""
    change = change_in(acme, state)
    assert change.status == state
    legal = {MOVES[move.verb] for move in TRANSITIONS if move.source == state and move.verb in MOVES}

    shown = offered(ada.get(f"/changes/change/{change.number}/"))

    assert shown & set(MOVES.values()) == legal


@pytest.mark.parametrize("state", REACHABLE)
def test_buttons_equal_permissions(acme: World, state: State) -> None:
    """EC-UI-038: an Editor is shown none of the guarded moves, in any state."""
    change = change_in(acme, state)
    legal = {MOVES[move.verb] for move in TRANSITIONS if move.source == state and move.verb in MOVES}

    shown = offered(sit(acme.eve, acme.tenant).get(f"/changes/change/{change.number}/"))

    assert shown & set(MOVES.values()) == legal - GUARDED
    assert "change.approve" not in shown


def test_a_change_is_found_by_number_and_by_id(acme: World, ada: Seat) -> None:
    change = acme.open("Numbers are for people")

    by_number = ada.get(f"/changes/change/{change.number}/")
    lower_case = ada.get(f"/changes/change/{change.number.lower()}/")
    by_id = ada.get(f"/changes/change/{change.pk}/")

    assert [answer.status_code for answer in (by_number, lower_case, by_id)] == [200, 200, 200]
    assert ada.get("/changes/change/CHG9999999/").status_code == 404


def test_a_blocked_button_says_why(acme: World, ada: Seat) -> None:
    change = acme.open("Two people have to agree", environment="prod")
    empty = text(ada.get(f"/changes/change/{change.pk}/"))
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    acme.check_in(change)
    waiting = text(ada.get(f"/changes/change/{change.pk}/"))

    assert "Stage an operation first." in empty
    assert "2 more approvals are needed." in waiting
    assert "You worked on this change. Another person has to approve it." in waiting
    assert "This change goes into production." in waiting


def test_a_change_is_approved_and_merged_from_its_page(acme: World, ada: Seat) -> None:
    change = acme.open("Define task", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    ready = acme.check_in(change)
    page = ada.get(f"/changes/change/{change.pk}/").content.decode()
    assert f'name="digest" value="{ready.approval_digest}"' in page

    approved = ada.command("change.approve", change.pk, digest=ready.approval_digest, next="/admin/")
    merged = ada.command("change.merge", change.pk, digest=ready.approval_digest, next="/admin/")

    assert (approved.status_code, merged.status_code) == (302, 302)
    assert acme.again(change).status == "Merged"


def test_a_vote_for_another_digest_comes_back_with_a_sentence(acme: World, ada: Seat) -> None:
    """The page was opened before somebody edited the change."""
    change = acme.open("Define task", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    acme.check_in(change)
    ada.command("change.approve", change.pk, digest="0" * 64, next=f"/admin/changes/change/{change.number}/")

    assert "is not what it was when you opened it" in text(ada.get(f"/changes/change/{change.number}/"))
    assert acme.events(change)[-1] != "change.approved"


def test_the_page_follows_a_validation_and_stops(acme: World, ada: Seat) -> None:
    """Polling ends by itself: the last answer reloads the page and asks no more."""
    change = change_in(acme, State.VALIDATING)
    running = ada.get(f"/changes/change/{change.pk}/progress/")
    acme.validate(change)
    done = ada.get(f"/changes/change/{change.pk}/progress/")

    assert 'hx-trigger="every 2s"' in running.content.decode()
    assert "HX-Refresh" not in running
    assert "hx-trigger" not in done.content.decode()
    assert done["HX-Refresh"] == "true"
    assert "every 2s" not in ada.get(f"/changes/change/{change.pk}/").content.decode()


def test_a_rename_is_shown_as_a_rename(acme: World, ada: Seat) -> None:
    """EC-UI-008: by names, and with both sides of what was altered."""
    acme.define("incident", "summary")
    change = acme.open("Rename")
    acme.stage(change, "rename_field", {"old_name": "summary", "new_name": "headline"})
    page = text(ada.get(f"/changes/change/{change.pk}/"))

    assert "renamed field summary → headline" in page


def test_a_conflict_shows_all_three_sides(acme: World, ada: Seat) -> None:
    acme.define("incident", "summary")
    mine, theirs = acme.open("Mine"), acme.open("Theirs")
    acme.stage(mine, "set_field", {"field": "summary", "definition": {"label": "Mine"}})
    acme.stage(theirs, "set_field", {"field": "summary", "definition": {"label": "Theirs"}})
    acme.carry_through(theirs)
    page = text(ada.get(f"/changes/change/{mine.pk}/"))

    assert "Conflicts with what was merged meanwhile" in page
    assert "When you started nothing Merged meanwhile Theirs In this change Mine" in page


def test_a_failed_validation_says_what_to_mend(acme: World, ada: Seat) -> None:
    change = change_in(acme, State.VALIDATION_FAILED)
    page = text(ada.get(f"/changes/change/{change.pk}/"))

    assert "ORPHAN_BASE_TYPE" in page
    assert "nowhere" in page


def test_a_merged_change_keeps_what_it_did(acme: World, ada: Seat) -> None:
    change = change_in(acme, State.MERGED)
    page = text(ada.get(f"/changes/change/{change.pk}/"))

    assert "What it did" in page
    assert "Snapshots" in page
    assert "did not exist" in page


def test_the_timeline_leads_to_everything_that_happened(acme: World, ada: Seat) -> None:
    """The page tells the last of it; a change of a thousand operations has more to tell."""
    change = change_in(acme, State.MERGED)
    page = ada.get(f"/changes/change/{change.pk}/").content.decode()

    assert f'href="/admin/events/event/?q={change.pk}"' in page
    assert ada.get("/events/event/", q=str(change.pk)).status_code == 200


def test_an_agents_work_is_marked(acme: World, ada: Seat) -> None:
    """EC-UI-039: who proposed it, and who answers for it."""
    agent = people.agent(acme.tenant, acme.ben)
    change = acme.open("By a machine", by=agent)
    page = ada.get(f"/changes/change/{change.pk}/").content.decode()

    assert 'data-kind="agent"' in page
    assert "smart_toy" in page


def test_the_page_costs_the_same_for_hundreds_of_operations(acme: World, ada: Seat) -> None:
    """Issue 3 (change page): the same queries for two operations and for hundreds on a hundred definitions, in work,
    ready and merged."""
    few, many = acme.open("Few"), acme.open("Many")
    acme.define("incident", "summary")
    acme.add_field(few, "first")
    acme.stage(few, "define", {"key": "lone", "name": "Lone"}, on="lone")
    incident = {"type": "record_type", "selector": {"record_type_key": "incident"}}
    added = [
        {
            "op_type": "add_field",
            "payload": {"field": f"field_{number}", "definition": {"type": "string"}},
            "target": incident,
        }
        for number in range(150)
    ]
    defined = [
        {
            "op_type": "define",
            "payload": {"key": f"type_{number}", "name": f"Type {number}"},
            "target": {"type": "record_type", "selector": {"record_type_key": f"type_{number}"}},
        }
        for number in range(100)
    ]
    acme.give("change.stage_operations", many.pk, operations=[*added, *defined])
    ada.get(f"/changes/change/{few.number}/")

    asked = {}
    for state, move in (("in work", acme.again), ("ready", acme.check_in), ("merged", acme.merge)):
        for name, change in (("few", few), ("many", many)):
            move(change)
            with CaptureQueriesContext(connection) as captured:
                page = ada.get(f"/changes/change/{change.number}/")
            asked[state, name] = len(captured)
            assert page.status_code == 200
    assert {state: asked[state, "many"] - asked[state, "few"] for state, _name in asked} == {
        "in work": 0,
        "ready": 0,
        "merged": 0,
    }


def test_a_validation_nobody_checked_in_for_can_be_joined(acme: World, ada: Seat) -> None:
    """Otherwise a change moved to Validating would be a dead end here."""
    change = change_in(acme, State.DRAFT)
    acme.give("change.set_status", change.pk, status="Validating")

    assert "change.check_in" in offered(ada.get(f"/changes/change/{change.number}/"))


def test_an_editor_learns_what_comes_next(acme: World) -> None:
    change = change_in(acme, State.DRAFT)
    page = text(sit(acme.eve, acme.tenant).get(f"/changes/change/{change.number}/"))

    assert "Needs the permission change.approve: ask an administrator." in page
