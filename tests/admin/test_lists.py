"""What would be lost: lists that cost the same at one row and at three, and filters that tell the truth."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.events.models import CommandRecord, Job
from tests import people
from tests.admin.conftest import Seat, sit, text
from tests.changing import World


def more_changes(world: World, number: int) -> None:
    world.open(f"Change {number}")


def more_types(world: World, number: int) -> None:
    world.define(f"type_{number}", "summary")


def more_lists(world: World, number: int) -> None:
    world.define(f"list_{number}", kind="choice_list")


def more_projects(world: World, number: int) -> None:
    world.give("project.create", name=f"Project {number}", key=f"project_{number}")


def more_teams(world: World, number: int) -> None:
    world.give("team.create", name=f"Team {number}")


def more_people(world: World, number: int) -> None:
    people.person(world.tenant, f"Person {number}", roles=["Viewer"])


def more_invitations(world: World, number: int) -> None:
    world.give("principal.invite", email=f"guest{number}@acme.example", roles=["Viewer"])


def more_tokens(world: World, number: int) -> None:
    world.give("token.create", name=f"token {number}")


def more_roles(world: World, number: int) -> None:
    world.give("role.create", name=f"Role {number}")


def more_jobs(world: World, number: int) -> None:
    with world.reading():
        Job.objects.create(command="change.validate", inputs={}, correlation_id="x", caused_by=world.ada.pk)


LISTS: dict[str, Callable[[World, int], None]] = {
    "changes/change": more_changes,
    "changes/snapshot": more_types,
    "types/recordtype": more_types,
    "types/choicelist": more_lists,
    "metadata/head": more_types,
    "metadata/revision": more_types,
    "metadata/definition": more_types,
    "events/commandrecord": more_projects,
    "events/job": more_jobs,
    "tenancy/project": more_projects,
    "tenancy/environment": more_projects,
    "tenancy/module": more_projects,
    "tenancy/team": more_teams,
    "tenancy/membership": more_people,
    "tenancy/invitation": more_invitations,
    "tenancy/token": more_tokens,
    "access/role": more_roles,
    "access/roleassignment": more_people,
}


@pytest.mark.parametrize("page", LISTS)
def test_a_list_costs_the_same_for_more_rows(acme: World, ada: Seat, page: str) -> None:
    LISTS[page](acme, 1)
    ada.get(f"/{page}/")
    one = queries_of(ada, page)
    LISTS[page](acme, 2)
    LISTS[page](acme, 3)

    assert queries_of(ada, page) == one


def queries_of(seat: Seat, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert seat.get(f"/{page}/").status_code == 200
    return len(captured)


def test_the_home_page_costs_the_same_for_more_work(acme: World, ada: Seat) -> None:
    more_changes(acme, 1)
    ada.get()
    with CaptureQueriesContext(connection) as one:
        ada.get()
    more_changes(acme, 2)
    more_changes(acme, 3)
    with CaptureQueriesContext(connection) as three:
        ada.get()

    assert len(three) == len(one)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status__exact": "Merged"}, {"CHG0000001"}),
        ({"q": "CHG0000002"}, {"CHG0000002"}),
        ({"q": "washing"}, {"CHG0000003"}),
        ({"whose": "mine"}, {"CHG0000002"}),
        ({"archived": "yes"}, {"CHG0000004"}),
        ({"from": "2999-01-01"}, set()),
        ({"until": "2000-01-01"}, set()),
        ({"from": "not a day"}, {"CHG0000001", "CHG0000002", "CHG0000003"}),
    ],
)
def test_the_list_of_changes_is_filtered(acme: World, ada: Seat, query: dict[str, Any], expected: set[str]) -> None:
    acme.define("task", "summary")
    acme.open("Mine")
    acme.open("Brain washing", by=acme.eve)
    acme.give("change.archive", acme.open("Put away").pk)
    whole = ada.get("/changes/change/", **query).content.decode()
    page = whole.partition('id="result_list"')[2]

    assert {number for number in ("CHG0000001", "CHG0000002", "CHG0000003", "CHG0000004") if number in page} == expected


def test_the_audit_shows_rejected_commands_with_their_reason(acme: World, ada: Seat) -> None:
    ada.command("change.merge", acme.open().pk)
    page = text(ada.get("/events/commandrecord/", outcome__exact="rejected"))

    assert "Merge change rejected ILLEGAL_TRANSITION" in page
    with people.reading(acme.tenant):
        record = CommandRecord.objects.get(name="change.merge")
    assert "ILLEGAL_TRANSITION" in text(ada.get(f"/events/commandrecord/{record.pk}/"))


def test_a_list_writes_nothing(acme: World, ada: Seat) -> None:
    """ModelAdmins are viewers: no page of theirs takes a POST."""
    change = acme.open()

    assert ada.post("/changes/change/", action="delete_selected").status_code == 403
    assert ada.post(f"/changes/change/{change.pk}/", title="x").status_code == 403
    assert ada.get("/changes/change/add/").status_code == 404
    assert ada.get(f"/changes/change/{change.pk}/delete/").status_code == 404


@pytest.mark.parametrize("page", ["events/job", "events/commandrecord", "tenancy/invitation"])
def test_guarded_lists_have_the_rule_of_the_api(acme: World, page: str) -> None:
    seat = sit(people.person(acme.tenant, "Vic Viewer", roles=["Viewer"]), acme.tenant)

    assert seat.get(f"/{page}/").status_code == 403
    assert f"/admin/{page}/" not in seat.get().content.decode()
