"""What would be lost: lists that cost the same at one row and at three, and filters that tell the truth."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from apps.events.admin.listing import newest_first
from apps.events.models import CommandRecord, Event, Job
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
    one = ada.cost(f"/{page}/")
    LISTS[page](acme, 2)
    LISTS[page](acme, 3)

    assert ada.cost(f"/{page}/") == one


def test_the_home_page_costs_the_same_for_more_work(acme: World, ada: Seat) -> None:
    more_changes(acme, 1)
    one = ada.cost("/")
    more_changes(acme, 2)
    more_changes(acme, 3)

    assert ada.cost("/") == one


def test_the_list_of_changes_is_filtered(acme: World, ada: Seat) -> None:
    acme.define("task", "summary")
    acme.open("Mine")
    acme.open("Brain washing", by=acme.eve)
    acme.give("change.archive", acme.open("Put away").pk)

    def listed(**query: str) -> set[int]:
        rows = ada.get("/changes/change/", **query).content.decode().partition('id="result_list"')[2]
        return {number for number in range(1, 5) if f"CHG000000{number}" in rows}

    assert listed(status__exact="Merged") == {1}
    assert listed(q="CHG0000002") == {2}
    assert listed(q="washing") == {3}
    assert listed(whose="mine") == {2}
    assert listed(archived="yes") == {4}
    assert listed(**{"from": "2999-01-01"}) == set()
    assert listed(until="2000-01-01") == set()
    assert listed(**{"from": "not a day"}) == {1, 2, 3}
    assert listed(until="9999-12-31") == {1, 2, 3}


def test_the_audit_shows_rejected_commands_with_their_reason(acme: World, ada: Seat) -> None:
    ada.command("change.merge", acme.open().pk)
    page = text(ada.get("/events/commandrecord/", outcome__exact="rejected"))

    assert "Merge change rejected ILLEGAL_TRANSITION" in page
    with people.reading(acme.tenant):
        record = CommandRecord.objects.get(name="change.merge")
    assert "ILLEGAL_TRANSITION" in text(ada.get(f"/events/commandrecord/{record.pk}/"))


def test_the_log_tells_what_happened_at_one_instant_in_its_order() -> None:
    """The events of one transaction have one time, and ids that tell no order."""
    before, at = datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 1, 9, tzinfo=UTC)
    tenant = uuid4()
    told = [Event(tenant_id=tenant, occurred_at=at, source_ref="command:b", source_sequence=step) for step in (1, 0, 2)]
    earlier = Event(tenant_id=tenant, occurred_at=before, source_ref="command:c", source_sequence=7)

    assert newest_first([earlier, *told]) == [told[2], told[0], told[1], earlier]


def test_a_revision_names_the_change_that_made_it(acme: World, ada: Seat) -> None:
    change = acme.define("task", "summary").change
    page = ada.get("/metadata/revision/").content.decode()

    assert re.search(rf'href="/admin/changes/change/{change.pk}/"[^>]*>{change.number}<', page)


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
