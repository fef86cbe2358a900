"""Teams over REST: shape, permission, other tenant, query count."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people

pytestmark = pytest.mark.django_db


def body(response):
    return json.loads(response.content)


def items(answer):
    assert answer.status_code == 200, answer.content
    return body(answer)["items"]


def made(answer, status=201):
    assert answer.status_code == status, answer.content
    return body(answer)


def refused(answer, status, code):
    assert (answer.status_code, body(answer)["error"]["code"]) == (status, code), answer.content


@pytest.fixture
def platform(admin):
    return made(admin.post("/teams", {"name": "Platform"}))


def test_a_team_and_its_members(admin, viewer, platform):
    address = f"/teams/{platform['id']}"
    assert (platform["key"], platform["status"], platform["size"]) == ("platform", "active", 0)

    member = {"principal_id": str(viewer.principal.pk)}
    added = made(admin.post(f"{address}/members", member))
    assert (added["id"], added["name"], added["kind"]) == (str(viewer.principal.pk), "Vera Viewer", "human")
    assert added["added_by_id"] == str(admin.principal.pk)
    assert made(admin.post(f"{address}/members", member), 200) == added

    assert items(viewer.get(f"{address}/members")) == [added]
    assert body(viewer.get(address)) == {**platform, "size": 1}
    assert admin.send("delete", f"{address}/members/{added['id']}").status_code == 204
    refused(admin.send("delete", f"{address}/members/{added['id']}"), 404, "NOT_FOUND")
    assert items(viewer.get(f"{address}/members")) == []


def test_the_life_of_a_team(admin, platform):
    address = f"/teams/{platform['id']}"
    renamed = body(admin.send("patch", address, {"name": "Platform crew"}))
    assert (renamed["name"], renamed["key"]) == ("Platform crew", "platform")
    refused(admin.post("/teams", {"name": "Platform crew"}), 409, "NAME_TAKEN")

    assert body(admin.post(f"{address}/archive"))["archived_at"] is not None
    refused(admin.post(f"{address}/archive"), 409, "ILLEGAL_TRANSITION")
    refused(admin.send("patch", address, {"name": "Again"}), 409, "TEAM_ARCHIVED")
    assert body(admin.post(f"{address}/restore"))["status"] == "active"


def test_the_list_is_narrowed(admin, viewer, platform):
    other = made(admin.post("/teams", {"name": "Accounts"}))
    made(admin.post(f"/teams/{other['id']}/members", {"principal_id": str(viewer.principal.pk)}))
    admin.post(f"/teams/{platform['id']}/archive")

    def names(**given):
        return [row["name"] for row in items(admin.get("/teams?" + "&".join(f"{k}={v}" for k, v in given.items())))]

    assert names() == ["Accounts", "Platform"]
    assert names(status="archived") == ["Platform"]
    assert names(key="accounts") == ["Accounts"]
    assert names(member=viewer.principal.pk) == ["Accounts"]
    assert names(member=admin.principal.pk) == []
    refused(admin.get("/teams?status=lost"), 400, "INVALID_INPUT")


def test_who_may_not_decide_changes_nothing(admin, viewer, agent, stranger, platform):
    address = f"/teams/{platform['id']}"
    member = {"principal_id": str(viewer.principal.pk)}
    refused(viewer.post("/teams", {"name": "Mine"}), 403, "PERMISSION_DENIED")
    refused(viewer.post(f"{address}/members", member), 403, "PERMISSION_DENIED")
    refused(agent.post(f"{address}/members", member), 403, "AGENT_NOT_ALLOWED")
    refused(stranger.post(f"{address}/members", {"principal_id": str(stranger.principal.pk)}), 404, "NOT_FOUND")
    refused(admin.post(f"{address}/members", {"principal_id": str(stranger.principal.pk)}), 404, "NOT_FOUND")
    refused(stranger.get(address), 404, "NOT_FOUND")
    refused(stranger.get(f"{address}/members"), 404, "NOT_FOUND")

    assert items(stranger.get("/teams")) == []
    assert body(admin.get(address)) == platform


def test_a_list_costs_the_same_for_more_rows(admin, platform):
    def cost(address):
        with CaptureQueriesContext(connection) as caught:
            items(admin.get(address))
        return len(caught)

    members = f"/teams/{platform['id']}/members"
    cost("/teams"), cost(members)
    few = cost("/teams"), cost(members)
    for number in range(3):
        made(admin.post("/teams", {"name": f"Team {number}"}))
        person = people.person(admin.tenant, f"Person {number}")
        made(admin.post(members, {"principal_id": str(person.pk)}))

    assert (cost("/teams"), cost(members)) == few
