"""Policies, versions and decisions over HTTP."""

from typing import Any

from tests.api.answers import refused
from tests.api.policies.conftest import Scene

POLICY = {
    "id", "project_id", "environment_id", "environment", "key", "name", "status", "policy_type", "evaluation_mode",
    "description", "owner", "revision", "digest", "active_version", "active_version_id", "newest_version",
    "newest_version_id", "newest_status", "created_at", "updated_at",
}  # fmt: skip
IN_TEST = {"x_environment": "test"}


def test_policies_are_shown_as_the_environment_runs_them(scene: Scene) -> None:
    """XY-086."""
    (policy,) = scene.eve.get("/policies", **IN_TEST).json()["items"]
    assert set(policy) == POLICY
    assert (policy["key"], policy["active_version"], policy["newest_version"]) == ("releases", None, 1)
    assert policy["newest_status"] == "simulated"
    shown = scene.eve.get(f"/policies/{policy['id']}", **IN_TEST).json()
    assert set(shown) == POLICY | {"rules", "metadata"}
    assert [rule["rule_id"] for rule in shown["rules"]] == ["three"]
    assert scene.eve.get("/policies").json()["items"] == []
    assert scene.eve.get(f"/policies/{policy['id']}").status_code == 404


def test_a_version_goes_its_way_over_http(scene: Scene) -> None:
    """AT-062."""
    shown = scene.eve.get(scene.path).json()
    assert (shown["status"], shown["act"], shown["required"]) == ("simulated", "policy.activate", 1)
    assert shown["missing"] == [{"count": 1, "any_of": []}]
    early = scene.ada.post(f"{scene.path}/activate", {})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "APPROVAL_MISSING")

    voted = scene.ben.post(f"{scene.path}/approve", {"digest": shown["approval_digest"]})
    assert (voted.status_code, voted.json()["status"]) == (200, "approved")
    done = scene.ada.post(f"{scene.path}/activate", {"digest": shown["approval_digest"]})
    assert (done.status_code, done.json()["status"]) == (200, "active")

    (policy,) = scene.eve.get("/policies", **IN_TEST).json()["items"]
    assert (policy["active_version"], policy["active_version_id"]) == (1, str(scene.version.pk))
    (version,) = scene.eve.get(f"/policies/{policy['id']}/versions", **IN_TEST).json()["items"]
    assert version["status"] == "active"


def test_simulating_answers_202_and_the_report_is_there_afterwards(scene: Scene) -> None:
    answer = scene.eve.post(f"{scene.path}/simulate", {})
    assert (answer.status_code, answer.json()["simulation_requested_at"] is None) == (202, False)
    report = scene.eve.get(f"{scene.path}/report").json()
    assert set(report) == {"digest", "replayed", "flipped", "flips"}
    draft = scene.government.write("other", environment="test")
    assert scene.eve.get(f"/policy-versions/{draft.pk}/report").status_code == 404


def test_writes_need_the_permission_a_person_and_the_tenant(scene: Scene) -> None:
    for path, body in (
        ("activate", {}),
        ("approve", {"digest": "0" * 64}),
        ("deprecate", {"reason": "No"}),
        ("roll-back", {"reason": "No"}),
        ("deny", {"comment": "No"}),
        ("request-changes", {"comment": "No"}),
    ):
        address = f"{scene.path}/{path}"
        refused(scene.agent.post(address, body), 403, "AGENT_NOT_ALLOWED")
        assert scene.eve.post(address, body).status_code == 403
        assert scene.gil.post(address, body).status_code == 404


def test_the_author_does_not_approve_over_http_either(scene: Scene) -> None:
    """Bytebase #19142: refused in the page, allowed by the API."""
    digest = scene.eve.get(scene.path).json()["approval_digest"]
    answer = scene.ada.post(f"{scene.path}/approve", {"digest": digest})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SELF_APPROVAL")


def test_a_decision_is_listed_explained_and_made_again(scene: Scene) -> None:
    """XY-096, XY-098."""
    merged = scene.government.merged("test")
    (decision,) = scene.eve.get(f"/decisions?subject_id={merged.pk}").json()["items"]
    assert (decision["action"], decision["effect"]) == ("change.merge", "require_approval")
    shown = scene.eve.get(f"/decisions/{decision['id']}").json()
    assert (shown["inputs"]["stage"], shown["outcome"]["requirement"]["votes"]) == ("test", 1)
    (reason,) = scene.eve.get(f"/decisions/{decision['id']}/why").json()["items"]
    assert (reason["policy_key"], reason["rule_id"], reason["version_id"]) == ("approvals", "test", None)
    again = scene.eve.get(f"/decisions/{decision['id']}/replay").json()
    assert (again["same"], again["digest"]) == (True, decision["digest"])


def test_a_decision_can_be_tried_by_anybody(scene: Scene) -> None:
    """XY-096."""
    where = str(scene.world.environment("test").pk)
    asked = {"environment_id": where, "action": "pack.promote"}
    now = scene.eve.post("/policies/try", asked).json()
    then = scene.eve.post("/policies/try", {**asked, "version_id": str(scene.version.pk)}).json()
    assert (now["requirement"]["votes"], then["requirement"]["votes"]) == (1, 3)
    assert (then["matches"][1]["rule_id"], then["is_open"]) == ("three", True)
    assert scene.gil.post("/policies/try", asked).status_code == 404
    assert scene.eve.post("/policies/try", {**asked, "risk": "enormous"}).status_code == 400


def test_what_is_in_force_and_what_to_start_from(scene: Scene) -> None:
    """XY-092."""
    where = scene.world.environment("test").pk
    (built_in,) = scene.eve.get(f"/policies/in-force?environment_id={where}").json()["items"]
    assert (built_in["key"], built_in["version"], len(built_in["rules"])) == ("approvals", 0, 4)
    (template,) = scene.eve.get("/policies/templates").json()["items"]
    change = scene.world.open("Delivery")
    scene.world.stage(change, "define", template["payload"], on=template["key"], kind="policy")
    assert scene.world.carry_through(change).change.status == "Merged"


def test_an_unknown_match_key_is_refused_when_staged_with_what_was_meant(scene: Scene) -> None:
    """XY-089."""
    change = scene.world.open("Typing error")
    body = {
        "op_type": "define",
        "payload": {"key": "p", "name": "P", "rules": [{"rule_id": "r", "effect": "deny", "match": {"stge": "prod"}}]},
        "target": {"type": "policy", "selector": {"policy_key": "p"}},
    }
    answer = scene.ada.post(f"/changes/{change.pk}/patch-ops", body)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["reason"] == "UNKNOWN_MATCH_KEY"
    assert "“stage”" in answer.json()["error"]["message"]


def test_another_tenant_sees_nothing(scene: Scene) -> None:
    merged = scene.government.merged("test")
    (decision,) = scene.eve.get(f"/decisions?subject_id={merged.pk}").json()["items"]
    assert scene.gil.get("/policies", **IN_TEST).json()["items"] == []
    assert scene.gil.get("/policy-versions").json()["items"] == []
    assert scene.gil.get("/decisions").json()["items"] == []
    assert scene.gil.get(scene.path).status_code == 404
    for read in ("", "/why", "/replay"):
        assert scene.gil.get(f"/decisions/{decision['id']}{read}").status_code == 404


def test_lists_take_the_same_queries_for_one_row_and_for_three(
    scene: Scene, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    def counted(path: str) -> int:
        with django_assert_max_num_queries(60) as captured:
            assert scene.eve.get(path, **IN_TEST).status_code == 200
        return len(captured)

    paths = ("/policies", "/policy-versions", "/decisions")
    scene.government.merged("test", key="first")
    for path in paths:
        counted(path)
    before = [counted(path) for path in paths]
    for key in ("second", "third"):
        scene.government.write(key, environment="test")
    for path in paths:
        counted(path)
    assert [counted(path) for path in paths] == before
