"""Changes over REST: shape, permission, another tenant, query counts, from draft to merged."""

from typing import Any

import pytest
from django.http import HttpResponse

from tests import people
from tests.api.answers import made
from tests.api.conftest import Caller, caller
from tests.changing import World, world

INCIDENT = {"type": "record_type", "selector": {"record_type_key": "incident"}}


@pytest.fixture
def acme(db: Any) -> World:
    made = world()
    made.define("incident", "summary", "priority")
    return made


def opened(by: Caller, title: str = "Add urgency") -> dict[str, Any]:
    change: dict[str, Any] = made(by.post("/changes", {"title": title}))
    return change


def staged(by: Caller, change: dict[str, Any], field: str = "urgency", on: dict[str, Any] = INCIDENT) -> HttpResponse:
    payload = {"field": field, "definition": {"type": "string"}}
    return by.post(f"/changes/{change['id']}/patch-ops", {"op_type": "add_field", "payload": payload, "target": on})


def test_the_whole_way_from_draft_to_merged(acme: World, ada: Caller) -> None:
    """EC-API-009, 015 to 022: an integrator does over REST what people do in the admin."""
    change = opened(ada)
    at = f"/changes/{change['number']}"
    assert (change["number"], change["status"]) == ("CHG0000002", "Draft")
    target = ada.post(f"{at}/targets", INCIDENT)
    assert target.status_code == 201
    payload = {"field": "urgency", "definition": {"type": "string"}}
    operation = ada.post(
        f"{at}/patch-ops", {"target_id": target.json()["id"], "op_type": "add_field", "payload": payload}
    )
    assert operation.status_code == 201
    assert (operation.json()["payload"], operation.json()["executed_at"]) == (payload, None)

    plan = ada.post(f"{at}/execute")
    assert plan.status_code == 200
    assert (plan.json()["success"], plan.json()["dry_run"]) == (True, True)
    schema = plan.json()["resulting_schemas"]["record_type/incident"]
    assert sorted(field["name"] for field in schema["fields"].values()) == ["priority", "summary", "urgency"]

    checked_in = ada.post(f"{at}/checkin")
    assert (checked_in.status_code, checked_in.json()["status"]) == (202, "Validating")
    acme.validate(acme.again_by(change["id"]))
    ready = ada.get(at).json()
    assert ready["status"] == "Ready"
    assert ada.get(f"{at}/plan").json()["digest"] == ready["approval_digest"]

    merged = ada.post(f"{at}/merge", {"digest": ready["approval_digest"]})
    assert merged.status_code == 200
    assert merged.json()["change"]["status"] == "Merged"
    assert merged.json()["executed_ops"] == [operation.json()["id"]]
    (row,) = ada.get(f"{at}/patch-ops").json()["items"]
    assert row["state"] == "executed"
    (snapshot,) = ada.get(f"{at}/snapshots").json()["items"]
    assert row["previous_snapshot"]["id"] == snapshot["id"]
    assert sorted(field["name"] for field in snapshot["content"]["fields"].values()) == ["priority", "summary"]
    events = [event["event_type"] for event in ada.get(f"{at}/events").json()["items"]]
    assert (events[0], events[-1]) == ("change.created", "execution.completed")
    assert ada.post(f"{at}/merge").status_code == 409


def test_votes_over_rest(acme: World, ada: Caller, eve: Caller) -> None:
    change = eve.post("/changes", {"title": "There"}, x_environment="test").json()
    eve.post(
        f"/changes/{change['id']}/patch-ops",
        {
            "op_type": "define",
            "payload": {"name": "Task"},
            "target": {"type": "record_type", "selector": {"key": "task"}},
        },
    )
    ada.post(f"/changes/{change['id']}/checkin")
    ready = acme.validate(acme.again_by(change["id"]))

    assert ada.post(f"/changes/{change['id']}/merge").status_code == 409
    assert eve.post(f"/changes/{change['id']}/approve", {"digest": ready.approval_digest}).status_code == 403
    assert ada.post(f"/changes/{change['id']}/approve", {}).status_code == 400
    assert ada.post(f"/changes/{change['id']}/approve", {"digest": "0" * 64}).status_code == 409
    assert ada.post(f"/changes/{change['id']}/approve", {"digest": ready.approval_digest}).status_code == 200
    (vote,) = ada.get(f"/changes/{change['id']}/votes").json()["items"]
    assert (vote["voter_id"], vote["digest"]) == (str(acme.ada.pk), ready.approval_digest)
    assert ada.post(f"/changes/{change['id']}/merge").status_code == 200


def test_a_status_over_rest_is_the_same_door(acme: World, ada: Caller, eve: Caller) -> None:
    """EC-API-011."""
    change = opened(eve)
    staged(eve, change)
    at = f"/changes/{change['id']}/status"

    assert eve.post(at, {"status": "Nonsense"}).status_code == 400
    assert eve.post(at, {"status": "Ready"}).status_code == 403
    moved = eve.post(at, {"status": "Implementing"})
    assert (moved.status_code, moved.json()["status"]) == (200, "Implementing")
    refused = eve.post(at, {"status": "ValidationFailed"})
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "ILLEGAL_TRANSITION"
    assert refused.json()["error"]["details"]["from"] == "Implementing"
    checked_in = ada.post(at, {"status": "Ready"})
    assert (checked_in.status_code, checked_in.json()["status"]) == (202, "Validating")


def test_refusals_carry_their_codes(acme: World, ada: Caller) -> None:
    change = opened(ada)
    assert staged(ada, change).status_code == 201

    second = staged(ada, change)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "DUPLICATE_OP")
    wrong = ada.post(
        f"/changes/{change['id']}/patch-ops",
        {"op_type": "add_field", "payload": {"field": "x", "definition": {"type": "integer"}}, "target": INCIDENT},
    )
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "INVALID_FIELD_TYPE")
    ada.post(f"/changes/{change['id']}/start")
    closed = ada.post(f"/changes/{change['id']}/targets", {"type": "record_type", "selector": {"key": "problem"}})
    assert (closed.status_code, closed.json()["error"]["code"]) == (409, "SCOPE_CLOSED")
    empty = opened(ada)
    assert ada.post(f"/changes/{empty['id']}/execute").json()["error"]["code"] == "NO_PATCH_OPS"


def test_a_staged_operation_is_edited_and_deleted(acme: World, ada: Caller) -> None:
    change = opened(ada)
    row = staged(ada, change).json()
    at = f"/changes/{change['id']}/patch-ops/{row['id']}"

    edited = ada.send("patch", at, {"payload": {"field": "impact", "definition": {"type": "number"}}})
    assert (edited.status_code, edited.json()["payload"]["field"]) == (200, "impact")
    assert ada.send("delete", at).status_code == 204
    assert ada.send("delete", at).status_code == 404
    assert ada.get(f"/changes/{change['id']}/patch-ops").json()["items"] == []


def test_a_batch_is_staged_at_once(acme: World, ada: Caller) -> None:
    change = opened(ada)
    operations = [
        {"op_type": "add_field", "payload": {"field": name, "definition": {"type": "string"}}, "target": INCIDENT}
        for name in ("one", "two")
    ]

    answer = ada.post(f"/changes/{change['id']}/patch-ops/batch", {"operations": operations})

    assert (answer.status_code, [row["sequence"] for row in answer.json()["items"]]) == (201, [1, 2])


def test_changes_are_listed_newest_first_and_filtered(acme: World, ada: Caller, eve: Caller) -> None:
    """EC-API-005, EC-API-008."""
    first, second = opened(ada, "First"), opened(eve, "Second")
    ada.post(f"/changes/{first['id']}/archive")

    def numbers(query: str) -> list[str]:
        response = ada.get(f"/changes{query}")
        assert response.status_code == 200, response.content
        return [change["number"] for change in response.json()["items"]]

    assert numbers("") == ["CHG0000003", "CHG0000002", "CHG0000001"]
    assert numbers("?status=Draft") == numbers("?archived=false&status=Draft") == [second["number"]]
    assert numbers("?status=Archived") == numbers("?archived=true") == [first["number"]]
    assert numbers("?status=Archived&status=Draft") == [second["number"], first["number"]]
    assert ada.get(f"/changes/{first['number']}").json()["status"] == "Archived"
    assert numbers(f"?author_id={acme.eve.pk}") == [second["number"]]
    assert numbers(f"?project_id={first['project_id']}&status=Merged") == ["CHG0000001"]
    assert ada.get("/changes?status=Nonsense").status_code == 400
    assert len(ada.get(f"/projects/{first['project_id']}/changes?status=Archived").json()["items"]) == 1


def test_what_comes_later_is_absent(acme: World, ada: Caller) -> None:
    """EC-API-012 to 014."""
    change = opened(ada)

    assert ada.get(f"/changes/{change['id']}/workspace").status_code == 404
    assert ada.get(f"/changes/{change['id']}/agent-runs").json() == {"items": [], "next_cursor": None}
    assert ada.get(f"/changes/{change['id']}/project").json()["id"] == change["project_id"]
    assert ada.get(f"/changes/{change['id']}/plan").status_code == 404


def test_another_tenant_sees_and_moves_nothing(acme: World, ada: Caller) -> None:
    """EC-EDGE-15: not by id, not by number, not through a target."""
    change = opened(ada)
    row = staged(ada, change).json()
    globex = people.tenant("globex")
    stranger = caller(people.person(globex, "Gil Globex", roles=["Admin"]), globex)

    for path in ("", "/targets", "/patch-ops", "/operations", "/snapshots", "/events", "/votes", "/project", "/plan"):
        assert stranger.get(f"/changes/{change['id']}{path}").status_code == 404
        assert stranger.get(f"/changes/{change['number']}{path}").status_code == 404
    for path in ("approve", "merge", "checkin", "withdraw", "execute", "archive", "clone", "start", "reopen"):
        sent = {"digest": "0" * 64} if path == "approve" else None
        assert stranger.post(f"/changes/{change['id']}/{path}", sent).status_code == 404, path
    assert stranger.send("delete", f"/changes/{change['id']}/patch-ops/{row['id']}").status_code == 404
    assert stranger.get("/changes").json()["items"] == []
    assert ada.get(f"/changes/{change['id']}").json()["status"] == "Draft"
    assert len(ada.get(f"/changes/{change['id']}/patch-ops").json()["items"]) == 1


def test_an_idempotent_merge_answers_twice_and_happens_once(acme: World, ada: Caller) -> None:
    """EC-EDGE-10: a retry after a timeout."""
    change = opened(ada)
    staged(ada, change)
    ada.post(f"/changes/{change['id']}/checkin")
    acme.validate(acme.again_by(change["id"]))

    answers = [ada.post(f"/changes/{change['id']}/merge", None, idempotency_key="once") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("path", ["", "/targets", "/patch-ops", "/events", "/snapshots"])
def test_lists_cost_the_same_at_one_and_three_rows(acme: World, ada: Caller, path: str) -> None:
    change = opened(ada)
    where = f"/changes/{change['id']}{path}" if path else "/changes"
    staged(ada, change, "one")
    at_one = ada.cost(where)
    for name in ("two", "three"):
        staged(ada, change, name)
        opened(ada)
        acme.define(f"type_{name}")
    assert ada.cost(where) == at_one
