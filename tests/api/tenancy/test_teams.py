"""Teams over REST: shape, permission, other tenant, query count."""

import pytest

from tests import people
from tests.api.answers import done, items, made, refused

pytestmark = pytest.mark.django_db


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
    assert done(admin.post(f"{address}/members", member)) == added

    assert items(viewer.get(f"{address}/members")) == [added]
    assert viewer.get(address).json() == {**platform, "size": 1}
    assert admin.send("delete", f"{address}/members/{added['id']}").status_code == 204
    refused(admin.send("delete", f"{address}/members/{added['id']}"), 404, "NOT_FOUND")
    assert items(viewer.get(f"{address}/members")) == []


def test_the_life_of_a_team(admin, platform):
    address = f"/teams/{platform['id']}"
    renamed = admin.send("patch", address, {"name": "Platform crew"}).json()
    assert (renamed["name"], renamed["key"]) == ("Platform crew", "platform")
    refused(admin.post("/teams", {"name": "Platform crew"}), 409, "NAME_TAKEN")

    assert admin.post(f"{address}/archive").json()["archived_at"] is not None
    refused(admin.post(f"{address}/archive"), 409, "ILLEGAL_TRANSITION")
    refused(admin.send("patch", address, {"name": "Again"}), 409, "TEAM_ARCHIVED")
    assert admin.post(f"{address}/restore").json()["status"] == "active"


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
    assert admin.get(address).json() == platform


def test_a_list_costs_the_same_for_more_rows(admin, platform):
    members = f"/teams/{platform['id']}/members"
    few = admin.cost("/teams"), admin.cost(members)
    for number in range(3):
        made(admin.post("/teams", {"name": f"Team {number}"}))
        person = people.person(admin.tenant, f"Person {number}")
        made(admin.post(members, {"principal_id": str(person.pk)}))

    assert (admin.cost("/teams"), admin.cost(members)) == few
