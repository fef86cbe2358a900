"""Approvals over REST: shape, permission, other tenant, query count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.kernel.dispatch import dispatch
from tests import people
from tests.api.answers import done, items, made, refused
from tests.api.conftest import Caller, caller
from tests.services.policies.governing import THREE

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(acme):
    return caller(people.person(acme, "Otto Owner", roles=["Admin", "Owner"]), acme)


@pytest.fixture
def second(acme):
    return caller(people.person(acme, "Sara Second", roles=["Admin"]), acme)


@pytest.fixture
def project(admin):
    desk = made(admin.post("/projects", {"name": "Desk", "key": "desk"}))
    environments = items(admin.get(f"/projects/{desk['id']}/environments"))
    return {environment["name"]: environment["id"] for environment in environments}


def ready(of, author, project, key="task", environment="prod", **named):
    """A change that waits for approval, of the author's or of whom a gateway names."""
    opened = {"title": f"Define {key}", "environment_id": project[environment]}
    change = made(author.post("/changes", opened, **named))
    staged = {
        "op_type": "define",
        "payload": {"key": key, "name": key.title()},
        "target": {"type": "record_type", "selector": {"record_type_key": key}},
    }
    made(author.post(f"/changes/{change['id']}/patch-ops", staged, **named))
    done(author.post(f"/changes/{change['id']}/checkin", **named), 202)
    worker(of, "change.validate", change["id"])
    return done(author.get(f"/changes/{change['id']}", **named))


def worker(of, name, target):
    """The worker's part."""
    with people.scoped(people.queries.tenant_scope(of.slug)):
        dispatch(name, target)


def test_the_inbox_holds_what_waits_for_the_caller(acme, admin, owner, second, viewer, project):
    change = ready(acme, admin, project)
    (shown,) = items(owner.get("/approvals"))

    assert (shown["subject_id"], shown["subject_type"], shown["number"]) == (
        change["id"], "changes.change", change["number"],
    )  # fmt: skip
    assert (shown["status"], shown["votes_needed"], shown["votes_given"]) == ("open", 2, 0)
    assert shown["digest"] == change["approval_digest"]
    assert shown["author_ids"] == [str(admin.principal.pk)]
    assert {(tuple(seats["labels"]), seats["count"]) for seats in shown["missing"]} == {(("Owner",), 1), ((), 1)}
    assert shown["reasons"]
    assert {"policy_key", "rule_id", "text"} <= set(shown["reasons"][0])
    assert items(second.get("/approvals?status=waiting")) == [shown]
    assert items(admin.get("/approvals")) == items(viewer.get("/approvals")) == []
    assert items(viewer.get("/approvals?status=open")) == [shown]
    assert items(viewer.get("/approvals?status=closed")) == []
    assert items(owner.get("/approvals?subject_type=policies.policyversion")) == []
    assert items(owner.get(f"/approvals?environment_id={project['prod']}")) == [shown]
    refused(owner.get("/approvals?status=none"), 400, "INVALID_INPUT")


def test_a_request_is_decided_by_its_subjects_own_commands(acme, admin, owner, second, project):
    change = ready(acme, admin, project)
    (shown,) = items(owner.get("/approvals"))
    address = f"/approvals/{shown['id']}"

    refused(second.post(f"{address}/approve", {"digest": "0" * 64}), 409, "STALE_DIGEST")
    refused(admin.post(f"{address}/approve", {"digest": shown["digest"]}), 403, "SELF_APPROVAL")
    given = done(second.post(f"{address}/approve", {"digest": shown["digest"], "comment": "Good."}))
    assert (given["votes_given"], [seats["labels"] for seats in given["missing"]]) == (1, [["Owner"]])
    assert items(second.get("/approvals")) == []
    assert done(second.post(f"{address}/withdraw"))["votes_given"] == 0
    done(second.post(f"{address}/approve", {"digest": shown["digest"]}))
    met = done(owner.post(f"{address}/approve", {"digest": shown["digest"]}))

    assert (met["status"], met["missing"]) == ("met", [])
    assert {(tuple(place["any_of"]), place["voter_id"]) for place in met["seated"]} == {
        (("role:Owner",), str(owner.principal.pk)),
        ((), str(second.principal.pk)),
    }
    assert [said["decision"] for said in met["said"]] == ["approve"] * 3
    assert done(admin.post(f"/changes/{change['id']}/merge"))["change"]["status"] == "Merged"
    closed = done(owner.get(address))
    assert (closed["status"], closed["outcome"]) == ("closed", "merged")
    assert (closed["votes_given"], closed["missing"], closed["seated"]) == (2, [], met["seated"])
    refused(second.post(f"{address}/deny", {"comment": "Late."}), 409, "NO_OPEN_REQUEST")


def test_a_vote_that_arrives_twice_is_one_vote_and_one_answer(acme, admin, owner, second, project):
    """A gateway that repeats a request whose answer got lost."""
    ready(acme, admin, project)
    (shown,) = items(owner.get("/approvals"))
    address, sent = f"/approvals/{shown['id']}", {"digest": shown["digest"]}

    once, twice = (second.post(f"{address}/approve", sent, **{"Idempotency-Key": "one-vote"}) for _ in range(2))

    assert (once.status_code, once.content) == (200, twice.content)
    assert [said["voter_id"] for said in done(owner.get(address))["said"]] == [str(second.principal.pk)]
    refused(second.post(f"{address}/approve", sent), 409, "ALREADY_VOTED")
    other = second.post(f"{address}/approve", {**sent, "comment": "Good."}, **{"Idempotency-Key": "one-vote"})
    refused(other, 422, "IDEMPOTENCY_KEY_REUSED")


def test_changes_are_requested_and_a_change_is_denied(acme, admin, owner, project):
    change = ready(acme, admin, project)
    (shown,) = items(owner.get("/approvals"))
    refused(owner.post(f"/approvals/{shown['id']}/request-changes", {}), 400, "INVALID_INPUT")
    refused(owner.post(f"/approvals/{shown['id']}/request-changes", {"comment": "  "}), 400, "INVALID_INPUT")
    ended = done(owner.post(f"/approvals/{shown['id']}/request-changes", {"comment": "Call it work."}))
    assert (ended["outcome"], ended["close_reason"]) == ("changes_requested", "Call it work.")
    assert done(admin.get(f"/changes/{change['id']}"))["status"] == "Implementing"

    again = ready(acme, admin, project, "work")
    denied = done(owner.post(f"/changes/{again['id']}/deny", {"comment": "Not now."}))
    said = (denied["status"], denied["allowed_statuses"], denied["denial_reason"], denied["denied_by_id"])
    assert said == ("Archived", [], "Not now.", str(owner.principal.pk))
    refused(admin.post(f"/changes/{again['id']}/merge"), 409, "CHANGE_ARCHIVED")
    assert [vote["decision"] for vote in items(admin.get(f"/changes/{again['id']}/votes"))] == ["deny"]


def test_who_may_not_decide_is_refused_and_others_see_nothing(acme, admin, owner, viewer, agent, stranger, project):
    ready(acme, admin, project)
    (shown,) = items(owner.get("/approvals"))
    address = f"/approvals/{shown['id']}"
    for path, sent in (
        ("approve", {"digest": shown["digest"]}),
        ("deny", {"comment": "No."}),
        ("request-changes", {"comment": "No."}),
    ):
        refused(viewer.post(f"{address}/{path}", sent), 403, "PERMISSION_DENIED")
        refused(agent.post(f"{address}/{path}", sent), 403, "AGENT_NOT_ALLOWED")
        refused(stranger.post(f"{address}/{path}", sent), 404, "NOT_FOUND")
    refused(stranger.get(address), 404, "NOT_FOUND")
    assert items(stranger.get("/approvals?status=all")) == []
    assert done(owner.get(address))["said"] == []


def test_the_console_sees_all_that_waits(acme, admin, owner, viewer, project):
    """EC-API-116: a waiting approval appears, and disappears when it is decided."""
    ready(acme, admin, project)
    waiting = done(admin.get("/admin/approvals"))
    assert [shown["title"] for shown in waiting["changes"]] == ["Define task"]
    assert {name: waiting[name] for name in ("workflow_steps", "proposals", "promotions", "policies")} == {
        "workflow_steps": [], "proposals": [], "promotions": [], "policies": []
    }  # fmt: skip
    assert waiting["is_complete"] is True
    refused(viewer.get("/admin/approvals"), 403, "PERMISSION_DENIED")

    done(owner.post(f"/approvals/{waiting['changes'][0]['id']}/deny", {"comment": "No."}))
    assert done(admin.get("/admin/approvals"))["changes"] == []


def test_a_policy_version_waits_in_the_same_inbox(acme, admin, owner, second, project):
    """The second type of subject: the inbox decides about it by the commands of policies."""
    change = made(admin.post("/changes", {"title": "Releases", "environment_id": project["test"]}))
    envelope = {"key": "releases", "name": "Releases", "rules": [THREE]}
    target = {"type": "policy", "selector": {"policy_key": "releases"}}
    staged = {"op_type": "define", "payload": envelope, "target": target}
    made(admin.post(f"/changes/{change['id']}/patch-ops", staged))
    done(admin.post(f"/changes/{change['id']}/checkin"), 202)
    worker(acme, "change.validate", change["id"])
    digest = done(admin.get(f"/changes/{change['id']}"))["approval_digest"]
    done(owner.post(f"/changes/{change['id']}/approve", {"digest": digest}))
    done(admin.post(f"/changes/{change['id']}/merge"))
    (version,) = items(admin.get("/policy-versions?status=draft"))
    done(admin.post(f"/policy-versions/{version['id']}/simulate"), 202)
    worker(acme, "policy.run_simulation", version["id"])

    (shown,) = items(second.get("/approvals?subject_type=policies.policyversion"))
    assert (shown["subject_id"], shown["permission"], shown["votes_needed"]) == (version["id"], "policy.approve", 1)
    assert [item["id"] for item in done(admin.get("/admin/approvals"))["policies"]] == [shown["id"]]
    refused(admin.post(f"/approvals/{shown['id']}/approve", {"digest": shown["digest"]}), 403, "SELF_APPROVAL")
    refused(second.post(f"/approvals/{shown['id']}/approve", {"digest": "0" * 64}), 409, "STALE_DIGEST")
    assert done(second.post(f"/approvals/{shown['id']}/approve", {"digest": shown["digest"]}))["status"] == "met"
    assert done(admin.get(f"/policy-versions/{version['id']}"))["status"] == "approved"


def test_a_page_costs_the_same_for_more_rows(acme, admin, owner, second, project):
    def vote(key):
        change = ready(acme, admin, project, key)
        done(second.post(f"/changes/{change['id']}/approve", {"digest": change["approval_digest"]}))

    vote("one")
    paths = ("/approvals", "/approvals?status=all", "/notices", "/delegations")
    one = [owner.cost(path) for path in paths]
    vote("two")
    vote("three")

    assert [owner.cost(path) for path in paths] == one
    assert len(items(owner.get("/approvals"))) == 3
    first = done(owner.get("/approvals?limit=2"))
    rest = done(owner.get(f"/approvals?limit=2&cursor={first['next_cursor']}"))
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]


def test_a_delegation(acme, admin, owner, second, viewer, agent, stranger):
    ends_at = (timezone.now() + timedelta(days=3)).isoformat()
    sent = {"delegate_id": str(second.principal.pk), "ends_at": ends_at, "reason": "On holiday."}
    lent = made(owner.post("/delegations", sent))
    address = f"/delegations/{lent['id']}"

    assert (lent["delegator_id"], lent["delegate_id"]) == (str(owner.principal.pk), str(second.principal.pk))
    assert done(viewer.get(address)) == lent
    assert items(viewer.get("/delegations?current=true")) == [lent]
    assert items(viewer.get(f"/delegations?delegator_id={second.principal.pk}")) == []
    refused(owner.post("/delegations", sent), 409, "DELEGATION_OVERLAPS")
    refused(owner.post("/delegations", {**sent, "delegate_id": str(agent.principal.pk)}), 400, "NOT_A_DELEGATE")
    refused(agent.post("/delegations", sent), 403, "AGENT_NOT_ALLOWED")
    refused(viewer.post(f"{address}/revoke"), 403, "PERMISSION_DENIED")
    refused(stranger.get(address), 404, "NOT_FOUND")
    assert done(owner.post(f"{address}/revoke"))["revoked_by_id"] == str(owner.principal.pk)
    refused(owner.post(f"{address}/revoke"), 409, "DELEGATION_OVER")
    assert items(viewer.get("/delegations?current=true")) == []


def test_notices_are_read_by_whom_they_are_for(acme, admin, owner, second):
    done(
        owner.post(
            "/delegations",
            {"delegate_id": str(second.principal.pk), "ends_at": (timezone.now() + timedelta(days=3)).isoformat()},
        ),
        201,
    )
    (notice,) = items(second.get("/notices?unread=true"))
    assert (notice["kind"], notice["read_at"]) == ("delegation.created", None)
    assert items(owner.get("/notices")) == []
    refused(owner.post(f"/notices/{notice['id']}/read"), 404, "NOT_FOUND")
    refused(owner.get(f"/notices/{notice['id']}"), 404, "NOT_FOUND")

    assert done(second.post(f"/notices/{notice['id']}/read"))["read_at"] is not None
    assert items(second.get("/notices?unread=true")) == []
    assert done(second.post("/notices/read-all")) == {"read": 0}


class TestGateway:
    """A token of a service that acts for any member it names: its word is all there is for who that is."""

    @pytest.fixture
    def portal(self, acme, admin):
        made = people.service(acme, admin.principal, "portal", roles=["Editor"])
        with people.acting(admin.principal, acme):
            secret = dispatch("token.create_gateway", name="portal", principal_id=made.pk).secret
        return Caller(made, acme, secret)

    def test_it_votes_for_nobody_so_that_its_owner_is_one_person(self, acme, admin, owner, second, project, portal):
        """metadata.md section 6: several members' names through one gateway are no distinct humans."""
        work = ready(acme, admin, project)
        done(second.post(f"/changes/{work['id']}/approve", {"digest": work["approval_digest"]}))
        (request,) = items(owner.get("/approvals"))
        yes, no = {"digest": work["approval_digest"]}, {"comment": "No."}
        away = {"delegate_id": str(admin.principal.pk), "ends_at": (timezone.now() + timedelta(days=3)).isoformat()}
        for voter in (owner, second):
            named = {"x-user-id": str(voter.principal.pk)}
            for path, body in (
                (f"/changes/{work['id']}/approve", yes),
                (f"/changes/{work['id']}/deny", no),
                (f"/changes/{work['id']}/request-changes", no),
                (f"/changes/{work['id']}/withdraw-approval", {}),
                (f"/approvals/{request['id']}/approve", yes),
                (f"/approvals/{request['id']}/withdraw", {}),
                ("/delegations", away),
            ):
                refused(portal.post(path, body, **named), 403, "GATEWAY_NOT_ALLOWED")

        left = done(owner.get(f"/approvals/{request['id']}"))
        assert [one["decision"] for one in left["said"]] == ["approve"]
        assert done(owner.get(f"/changes/{work['id']}"))["status"] == "Ready"
        assert items(owner.get("/delegations")) == []

    def test_it_merges_what_people_agreed_to_themselves(self, acme, admin, owner, second, project, portal):
        work = ready(acme, admin, project)
        for voter in (owner, second):
            done(voter.post(f"/changes/{work['id']}/approve", {"digest": work["approval_digest"]}))
        named = {"x-user-id": str(second.principal.pk)}
        assert done(portal.post(f"/changes/{work['id']}/merge", {}, **named))["change"]["status"] == "Merged"

    def test_its_owner_answers_for_what_is_written_through_it(self, acme, admin, owner, second, project, portal):
        """Written in another's name and approved in one's own, it would be one person's word."""
        work = ready(acme, portal, project, x_user_id=str(second.principal.pk))

        assert done(owner.get(f"/changes/{work['id']}"))["author_id"] == str(second.principal.pk)
        yes = {"digest": work["approval_digest"]}
        refused(admin.post(f"/changes/{work['id']}/approve", yes), 403, "SELF_APPROVAL")
        done(owner.post(f"/changes/{work['id']}/approve", yes))
