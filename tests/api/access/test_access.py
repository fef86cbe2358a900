"""Roles, permissions and decisions over REST."""

from uuid import uuid4

import pytest

from apps.access.core.catalogue import CATALOGUE
from apps.kernel.dispatch import dispatch
from tests import people
from tests.api.answers import items, made, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def builder(admin):
    return made(admin.post("/rbac/roles", {"name": "Builder", "description": "Builds."}))


def test_the_catalogue_is_open_to_every_member(viewer):
    """EC-API-093 as the design widens it: every permission that exists in a tenant, by name."""
    path = "/rbac/permissions?limit=200"
    listed = [row["id"] for row in items(viewer.get(path))]

    assert listed == sorted(p.name for p in CATALOGUE if not p.platform)


def test_roles_are_open_to_every_member_and_made_by_administrators(admin, viewer, builder):
    """EC-API-094, EC-API-095."""
    assert [role["name"] for role in items(viewer.get("/rbac/roles"))] == [
        "Admin",
        "Builder",
        "Editor",
        "Owner",
        "System",
        "Viewer",
    ]
    refused(viewer.post("/rbac/roles", {"name": "Mine"}), 403, "PERMISSION_DENIED")
    refused(admin.post("/rbac/roles", {"name": "Builder"}), 409, "NAME_TAKEN")
    refused(admin.post("/rbac/roles", {"name": ""}), 400, "INVALID_INPUT")


def test_a_permission_is_granted_once_and_revoked(admin, viewer, builder):
    """EC-API-098 to EC-API-100."""
    address = f"/rbac/roles/{builder['id']}/permissions"
    granted = made(admin.post(address, {"permission_id": "project.create"}))
    assert granted["id"] == "project.create"
    assert admin.post(address, {"permission_id": "project.create"}).status_code == 200
    assert [row["id"] for row in items(admin.get(address))] == ["project.create"]
    refused(viewer.get(address), 403, "PERMISSION_DENIED")
    refused(admin.post(address, {"permission_id": "no.such"}), 400, "UNKNOWN_PERMISSION")

    gone = admin.send("delete", f"{address}/project.create")
    assert (gone.status_code, gone.content) == (204, b"")
    refused(admin.send("delete", f"{address}/project.create"), 404, "NOT_FOUND")
    assert items(admin.get(address)) == []


def test_a_role_is_given_and_taken_and_counts_on_the_next_request(admin, viewer, builder):
    """EC-API-101 to EC-API-103, EC-API-096, EC-API-097."""
    admin.post(f"/rbac/roles/{builder['id']}/permissions", {"permission_id": "project.create"})
    address = f"/rbac/users/{viewer.principal.pk}/roles"
    refused(viewer.post("/projects", {"name": "Early"}), 403, "PERMISSION_DENIED")

    assert made(admin.post(address, {"role_id": builder["id"]}))["name"] == "Builder"
    assert admin.post(address, {"role_id": builder["id"]}).status_code == 200
    assert [role["name"] for role in items(admin.get(address))] == ["Builder", "Viewer"]
    assert viewer.post("/projects", {"name": "In time"}).status_code == 201

    assert admin.post(f"/rbac/roles/{builder['id']}/disable").json()["status"] == "disabled"
    refused(viewer.post("/projects", {"name": "Late"}), 403, "PERMISSION_DENIED")
    assert admin.post(f"/rbac/roles/{builder['id']}/enable").json()["status"] == "active"
    assert viewer.post("/projects", {"name": "Again"}).status_code == 201

    assert admin.send("delete", f"{address}/{builder['id']}").status_code == 204
    refused(viewer.post("/projects", {"name": "Over"}), 403, "PERMISSION_DENIED")


def test_the_last_administrator_stays(admin):
    """EC-API-103, EC-API-097."""
    roles = {role["name"]: role["id"] for role in items(admin.get("/rbac/roles"))}
    theirs = f"/rbac/users/{admin.principal.pk}/roles"
    refused(admin.send("delete", f"{theirs}/{roles['Owner']}"), 409, "LAST_OWNER")
    refused(admin.post(f"/rbac/roles/{roles['Owner']}/disable"), 409, "LAST_OWNER")
    assert admin.send("delete", f"/rbac/roles/{roles['Owner']}/permissions/role.assign").status_code == 204
    refused(admin.send("delete", f"{theirs}/{roles['Admin']}"), 409, "LAST_ADMIN")
    refused(admin.post(f"/rbac/roles/{roles['Admin']}/disable"), 409, "LAST_ADMIN")
    assert admin.post(f"/rbac/roles/{roles['Owner']}/permissions", {"permission_id": "role.assign"}).status_code == 201


def test_roles_of_somebody_from_another_tenant_are_not_shown(admin, stranger, builder):
    """EC-API-101, EC-API-102."""
    before = items(stranger.get(f"/rbac/users/{stranger.principal.pk}/roles"))
    for nobody in (stranger.principal.pk, uuid4()):
        refused(admin.get(f"/rbac/users/{nobody}/roles"), 404, "NOT_FOUND")
        refused(admin.post(f"/rbac/users/{nobody}/roles", {"role_id": builder["id"]}), 404, "NOT_FOUND")
    assert items(stranger.get(f"/rbac/users/{stranger.principal.pk}/roles")) == before


def test_an_agent_with_admin_writes_no_rights(agent, viewer, builder):
    """EC-RBAC-009, EC-RBAC-M-016."""
    before = items(viewer.get("/rbac/roles"))
    for method, path, sent in (
        ("post", "/rbac/roles", {"name": "Mine"}),
        ("post", f"/rbac/roles/{builder['id']}/enable", {}),
        ("post", f"/rbac/roles/{builder['id']}/disable", {}),
        ("post", f"/rbac/roles/{builder['id']}/permissions", {"permission_id": "project.create"}),
        ("delete", f"/rbac/roles/{builder['id']}/permissions/form.view", None),
        ("post", f"/rbac/users/{viewer.principal.pk}/roles", {"role_id": builder["id"]}),
        ("delete", f"/rbac/users/{viewer.principal.pk}/roles/{builder['id']}", None),
    ):
        refused(agent.send(method, path, sent), 403, "AGENT_NOT_ALLOWED")
    assert items(viewer.get("/rbac/roles")) == before


def test_seeding_is_open_and_makes_nothing_twice(viewer):
    """EC-API-107, EC-AMB-09."""
    answer = viewer.post("/rbac/seed-defaults")

    assert (answer.status_code, answer.json()["created"]) == (200, 0)


def test_decisions_are_listed_with_outcome_and_reason(admin, viewer, stranger):
    """EC-API-108, EC-RBAC-005: allow and deny; denials of this tenant only."""
    admin.post("/projects", {"name": "Yes"})
    viewer.post("/projects", {"name": "No"})
    stranger.post("/projects", {"name": "Elsewhere"})
    rows = items(admin.get("/rbac/audit-logs?permission=project.create"))

    shown = [(row["actor_id"], row["outcome"], row["reason"]) for row in rows]
    assert shown == [
        (str(viewer.principal.pk), "deny", "PERMISSION_DENIED"),
        (str(admin.principal.pk), "allow", "role:Admin"),
    ]
    denied = items(admin.get(f"/rbac/audit-logs?outcome=deny&actor_id={viewer.principal.pk}"))
    assert {row["outcome"] for row in denied} == {"deny"}
    assert items(admin.get("/rbac/audit-logs?from=2999-01-01T00:00:00Z")) == []
    refused(viewer.get("/rbac/audit-logs"), 403, "PERMISSION_DENIED")
    refused(admin.get("/rbac/audit-logs?outcome=maybe"), 400, "INVALID_INPUT")


def test_the_console_says_whether_it_is_open(admin, viewer):
    """EC-API-114."""
    assert admin.get("/admin/check-access").json() == {"allowed": True}
    answer = viewer.get("/admin/check-access")
    refused(answer, 403, "PERMISSION_DENIED")
    assert answer.json()["error"]["details"] == {"permission": "admin.view"}


@pytest.mark.parametrize("path", ["/rbac/roles", "/rbac/audit-logs"])
def test_a_list_costs_the_same_with_one_row_and_with_three(admin, path):
    counts = []
    for rows in ([1], [2, 3]):
        with people.acting(admin.principal, admin.tenant):
            for number in rows:
                dispatch("role.create", name=f"Role {number}")
        counts.append(admin.cost(path))

    assert counts[0] == counts[1]
