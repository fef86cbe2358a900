"""Tenants, projects, people and tokens over REST: shape, permission, other tenant, query count."""

import json
from uuid import uuid4

import pytest
from django.core import mail

from apps.kernel.dispatch import dispatch
from apps.tenancy.models import Membership, Token
from tests import log, people
from tests.api.answers import items, made, refused
from tests.api.conftest import Caller, caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def itsm(admin):
    return made(admin.post("/projects", {"name": "IT service", "github_repo": "acme/itsm"}))


class TestTenants:
    def test_the_list_asks_for_no_tenant_and_shows_where_one_is_a_member(self, admin, viewer, stranger):
        """EC-API-001, EC-AMB-08 as the design decides it: your own tenants, three columns."""
        answer = viewer.get("/tenants", x_tenant_id="")
        assert items(answer) == [{"id": str(viewer.tenant.pk), "name": "Acme", "slug": "acme"}]
        assert [row["slug"] for row in items(stranger.get("/tenants"))] == ["globex"]
        assert [row["slug"] for row in items(admin.get("/tenants"))] == ["acme", "platform"]

    def test_administrators_see_state_and_plan(self, admin, viewer):
        """EC-API-121."""
        assert {row["slug"]: row["status"] for row in items(admin.get("/admin/tenants"))} == {
            "acme": "active",
            "platform": "active",
        }
        error = refused(viewer.get("/admin/tenants"), 403, "PERMISSION_DENIED")
        assert error["details"] == {"permission": "admin.view"}

    def test_making_a_tenant_is_for_the_platform(self, admin):
        refused(admin.post("/admin/tenants", {"slug": "new-one", "name": "New"}), 403, "PERMISSION_DENIED")
        operator = caller(admin.principal, people.platform())
        new = made(operator.post("/admin/tenants", {"slug": "new-one", "name": "New"}))
        assert (new["slug"], new["plan"], new["status"]) == ("new-one", "free", "active")
        refused(operator.post("/admin/tenants", {"slug": "new-one", "name": "New"}), 409, "SLUG_TAKEN")
        refused(operator.post("/admin/tenants", {"slug": str(uuid4()), "name": "New"}), 400, "INVALID_INPUT")

    def test_a_visit_is_answered_with_its_end(self, world, admin):
        operator = caller(admin.principal, people.platform())
        visit = made(operator.post(f"/admin/tenants/{world.globex.pk}/enter", {"reason": "ticket 4711"}))
        assert visit["tenant_id"] == str(world.globex.pk)
        assert visit["expires_at"] > visit["expires_at"][:10]


class TestProjects:
    def test_making_one_makes_its_environments_and_module(self, admin, itsm):
        """EC-API-004, EC-API-006, EC-API-007."""
        assert (itsm["key"], itsm["github_repo"], itsm["is_default"]) == ("it_service", "acme/itsm", True)
        environments = items(admin.get(f"/projects/{itsm['id']}/environments"))
        assert [(e["name"], e["is_default"]) for e in environments] == [
            ("dev", True),
            ("test", False),
            ("prod", False),
        ]
        assert [module["name"] for module in items(admin.get(f"/projects/{itsm['id']}/modules"))] == ["main"]
        assert admin.get(f"/projects/{itsm['id']}").json() == itsm
        assert items(admin.get("/projects")) == [itsm]

    @pytest.mark.parametrize(
        "wrong", [{}, {"name": " "}, {"name": "x", "tenant_id": "y"}, {"name": "x", "status": "z"}]
    )
    def test_what_the_body_may_not_say_is_refused(self, admin, wrong):
        """EC-API-004, EC-INV-T6: no tenant and no state is read from a body."""
        refused(admin.post("/projects", wrong), 400, "INVALID_INPUT")
        assert items(admin.get("/projects")) == []

    def test_a_taken_name_is_a_conflict(self, admin, itsm):
        refused(admin.post("/projects", {"name": "IT service"}), 409, "NAME_TAKEN")
        assert items(admin.get("/projects")) == [itsm]

    def test_a_viewer_and_a_stranger_change_nothing(self, admin, viewer, stranger, itsm):
        address = f"/projects/{itsm['id']}"
        refused(viewer.send("patch", address, {"name": "Mine"}), 403, "PERMISSION_DENIED")
        refused(stranger.send("patch", address, {"name": "Mine"}), 404, "NOT_FOUND")
        refused(stranger.get(address), 404, "NOT_FOUND")
        assert viewer.get(address).json() == itsm

    def test_life_of_a_project(self, admin, itsm):
        other = made(admin.post("/projects", {"name": "HR"}))
        address = f"/projects/{other['id']}"
        assert admin.send("patch", address, {"description": "People."}).json()["description"] == "People."
        assert admin.post(f"{address}/archive").json()["status"] == "archived"
        error = refused(admin.post(f"{address}/archive"), 409, "ILLEGAL_TRANSITION")
        assert error["details"] == {"from": "archived", "to": "archived", "allowed": ["active"]}
        assert error["message"] == "This is archived. It cannot become archived. Possible now: active."
        assert [p["name"] for p in items(admin.get("/projects?status=archived"))] == ["HR"]
        assert admin.post(f"{address}/restore").json()["status"] == "active"
        assert admin.post(f"{address}/make-default").json()["is_default"] is True
        refused(admin.post(f"{address}/archive"), 409, "DEFAULT_PROJECT_STAYS")

    def test_a_webhook_is_masked_for_those_who_may_not_set_it(self, admin, viewer, itsm):
        """EC-API-007, EC-API-079."""
        prod = items(admin.get(f"/projects/{itsm['id']}/environments"))[2]["id"]
        url = "https://hooks.example/secret"
        assert (
            admin.send("patch", f"/environments/{prod}", {"promotion_webhook_url": url}).json()["promotion_webhook_url"]
            == url
        )
        refused(viewer.send("patch", f"/environments/{prod}", {"promotion_webhook_url": ""}), 403, "PERMISSION_DENIED")
        for path, pick in ((f"/environments/{prod}", lambda b: b), (
            f"/projects/{itsm['id']}/environments", lambda b: b["items"][2])):  # fmt: skip
            assert pick(admin.get(path).json())["promotion_webhook_url"] == url
            assert pick(viewer.get(path).json())["promotion_webhook_url"] == "https://hooks.example/***"

    def test_modules(self, admin, stranger, itsm):
        module = made(admin.post(f"/projects/{itsm['id']}/modules", {"name": "ui", "type": "ui", "root_path": "ui"}))
        assert admin.get(f"/modules/{module['id']}").json() == module
        changed = admin.send("patch", f"/modules/{module['id']}", {"capability_profile": "READ_ONLY"})
        assert changed.json()["capability_profile"] == "READ_ONLY"
        refused(
            admin.post(f"/projects/{itsm['id']}/modules", {"name": "x", "type": "ui", "root_path": "../x"}),
            400,
            "INVALID_INPUT",
        )
        refused(stranger.get(f"/modules/{module['id']}"), 404, "NOT_FOUND")

    def test_an_agent_may_make_a_project_and_never_archive_one(self, agent, admin, itsm):
        assert made(agent.post("/projects", {"name": "By an agent"}))["is_default"] is False
        refused(agent.post(f"/projects/{itsm['id']}/archive"), 403, "AGENT_NOT_ALLOWED")


class TestPeople:
    def test_members_and_principals(self, admin, viewer):
        shown = {member["principal"]["handle"]: member for member in items(viewer.get("/members"))}
        assert set(shown) == {"system", "creator-of-acme", "vera-viewer", "drafting-agent"}
        assert shown["drafting-agent"]["principal"]["owner_id"] == str(admin.principal.pk)
        assert "email" not in shown["vera-viewer"]["principal"]
        assert [p["kind"] for p in items(viewer.get("/principals?kind=agent"))] == ["agent"]
        refused(viewer.get("/principals?kind=robot"), 400, "INVALID_INPUT")

    def test_agents_and_services(self, admin, viewer):
        bot = made(admin.post("/principals/agents", {"handle": "helper", "name": "Helper"}))
        assert (bot["kind"], bot["owner_id"]) == ("agent", str(admin.principal.pk))
        ci = made(admin.post("/principals/services", {"handle": "ci", "name": "CI"}))
        refused(admin.post("/principals/services", {"handle": "ci", "name": "CI"}), 409, "HANDLE_TAKEN")
        owned = admin.post(f"/principals/{ci['id']}/assign-owner", {"owner_id": str(viewer.principal.pk)})
        assert owned.json()["owner_id"] == str(viewer.principal.pk)
        assert admin.post(f"/principals/{bot['id']}/deactivate").json()["is_active"] is False
        assert admin.post(f"/principals/{bot['id']}/activate").json()["is_active"] is True
        refused(viewer.post("/principals/agents", {"handle": "mine", "name": "Mine"}), 403, "PERMISSION_DENIED")

    def test_a_removed_member_is_locked_out_and_comes_back(self, admin, viewer):
        membership = Membership.objects.get(tenant=admin.tenant, principal=viewer.principal)
        assert admin.post(f"/members/{membership.pk}/remove").json()["status"] == "removed"
        refused(viewer.get("/projects"), 404, "TENANT_NOT_FOUND")
        assert made(admin.post(f"/principals/{viewer.principal.pk}/restore-membership"))["status"] == "active"
        assert viewer.get("/projects").status_code == 200

    def test_the_last_administrator_stays(self, admin):
        membership = Membership.objects.get(tenant=admin.tenant, principal=admin.principal)
        refused(admin.post(f"/members/{membership.pk}/remove"), 409, "LAST_ADMIN")
        assert admin.get("/projects").status_code == 200

    def test_invitations(self, admin, viewer):
        issued = made(admin.post("/invitations", {"email": "bea@acme.example", "roles": ["Editor"]}))
        invitation = issued["invitation"]
        assert "/admin/invitations/" in issued["link"]
        assert items(admin.get("/invitations?status=pending")) == [invitation]
        assert admin.post(f"/invitations/{invitation['id']}/resend").json()["link"] == issued["link"]
        assert admin.post(f"/invitations/{invitation['id']}/revoke").json()["status"] == "revoked"
        refused(admin.post(f"/invitations/{invitation['id']}/revoke"), 409, "INVITATION_CLOSED")
        refused(viewer.get("/invitations"), 403, "PERMISSION_DENIED")
        refused(admin.post("/invitations", {"email": "no address"}), 400, "INVALID_INPUT")
        assert mail.outbox == []


class TestTokens:
    def test_a_secret_is_shown_once_and_works(self, admin, viewer):
        issued = made(viewer.post("/tokens", {"name": "laptop", "permissions": ["form.view"]}))
        laptop = Caller(viewer.principal, viewer.tenant, issued["secret"])
        assert laptop.get("/projects").status_code == 200
        refused(laptop.post("/tokens", {"name": "more"}), 403, "PERMISSION_DENIED")
        listed = items(viewer.get("/tokens"))
        assert issued["token"]["id"] in {row["id"] for row in listed}
        assert issued["secret"] not in json.dumps(listed)
        assert "keyed_hash" not in json.dumps(listed)

    def test_a_replayed_request_does_not_show_the_secret_again(self, viewer):
        """contracts 1: commands with a secret output store no answer."""
        first = viewer.post("/tokens", {"name": "once"}, idempotency_key="k-1")
        assert first.status_code == 201
        refused(viewer.post("/tokens", {"name": "once"}, idempotency_key="k-1"), 409, "ANSWER_NOT_STORED")
        assert Token.objects.filter(name="once").count() == 1

    def test_rotating_and_revoking(self, viewer, stranger):
        issued = made(viewer.post("/tokens", {"name": "ci"}))
        address = f"/tokens/{issued['token']['id']}"
        refused(stranger.post(f"{address}/revoke"), 404, "NOT_FOUND")
        rotated = made(viewer.post(f"{address}/rotate", {}))
        old = Caller(viewer.principal, viewer.tenant, issued["secret"])
        new = Caller(viewer.principal, viewer.tenant, rotated["secret"])
        refused(old.get("/projects"), 401, "TOKEN_INVALID")
        assert new.get("/projects").status_code == 200
        assert viewer.post(f"/tokens/{rotated['token']['id']}/revoke").json()["revoked_at"] is not None
        refused(new.get("/projects"), 401, "TOKEN_INVALID")

    def test_a_viewer_sees_only_their_own(self, admin, viewer):
        assert {row["principal_id"] for row in items(viewer.get("/tokens"))} == {str(viewer.principal.pk)}
        assert len({row["principal_id"] for row in items(admin.get("/tokens"))}) == 3

    def test_a_gateway_names_the_person_it_acts_for(self, admin, viewer):
        """contracts 2; what it does is recorded for that person."""
        portal = made(admin.post("/principals/services", {"handle": "portal", "name": "Portal"}))
        issued = made(admin.post("/tokens/gateway", {"name": "portal", "principal_id": portal["id"]}))
        gateway = Caller(admin.principal, admin.tenant, issued["secret"])
        as_admin, as_viewer = ({"x_user_id": str(who.principal.pk)} for who in (admin, viewer))
        assert made(gateway.send("post", "/projects", {"name": "Through the portal"}, **as_admin))
        refused(gateway.send("post", "/projects", {"name": "No"}, **as_viewer), 403, "PERMISSION_DENIED")
        last = log.commands(admin.tenant, name="project.create")[-2:]
        assert last == [("project.create", "allow", ""), ("project.create", "deny", "PERMISSION_DENIED")]


@pytest.mark.parametrize("path", ["/projects", "/principals", "/members", "/tokens", "/invitations"])
def test_a_list_costs_the_same_with_one_row_and_with_three(admin, path):
    made_by = {
        "/projects": lambda n: dispatch("project.create", name=f"P{n}"),
        "/principals": lambda n: dispatch("principal.create_agent", handle=f"bot-{n}", name="B"),
        "/members": lambda n: dispatch("principal.create_service", handle=f"ci-{n}", name="C"),
        "/tokens": lambda n: dispatch("token.create", name=f"t{n}"),
        "/invitations": lambda n: dispatch("principal.invite", email=f"p{n}@example.org"),
    }[path]
    counts = []
    for rows in ([1], [2, 3]):
        with people.acting(admin.principal, admin.tenant):
            for number in rows:
                made_by(number)
        counts.append(admin.cost(path))

    assert counts[0] == counts[1] <= 8
