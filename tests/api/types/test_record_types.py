"""EC-API-025 to 032 over HTTP: shape, status, permission, other tenant, number of queries."""

from uuid import uuid4

import pytest

from tests.api.answers import items, refused
from tests.api.types.conftest import Scene

SUMMARY = {
    "id", "project_id", "environment", "key", "name", "base_type", "status", "description", "version", "digest",
    "field_count",
}  # fmt: skip
DETAIL = SUMMARY | {"base_chain", "fields", "numbering", "assignment", "sla"}
STAGED = {"change_id", "change_number", "change_status", "operation_id", "merged"}
FIELD = {
    "id", "name", "label", "type", "position", "owner", "inherited", "overridden", "description", "required",
    "default", "max_length", "pattern", "min", "max", "scale", "multiple", "unique", "indexed", "choice_list",
    "references", "personal_data",
}  # fmt: skip


def test_listing_shows_what_the_environment_runs(scene: Scene) -> None:
    answer = scene.eve.get("/record-types")
    assert answer.status_code == 200
    listed = answer.json()["items"]
    assert [(item["key"], item["status"], item["base_type"]) for item in listed] == [
        ("incident", "draft", "task"),
        ("task", "active", None),
    ]
    assert all(set(item) == SUMMARY for item in listed)
    assert scene.eve.get("/record-types", **{"x-environment": "prod"}).json()["items"] == []
    assert scene.gil.get("/record-types").json()["items"] == []


def test_listing_is_narrowed(scene: Scene) -> None:
    found = {
        query: [item["key"] for item in items(scene.eve.get(f"/record-types?{query}"))]
        for query in ("status=active", "key=incident", "name_contains=CIDEN", "limit=1")
    }
    assert found == {
        "status=active": ["task"],
        "key=incident": ["incident"],
        "name_contains=CIDEN": ["incident"],
        "limit=1": ["incident"],
    }


def test_listing_goes_on_where_the_cursor_says(scene: Scene) -> None:
    first = scene.eve.get("/record-types?limit=1").json()
    second = scene.eve.get(f"/record-types?limit=1&cursor={first['next_cursor']}").json()
    assert [item["key"] for item in second["items"]] == ["task"]
    assert second["next_cursor"] is None


def test_a_filter_that_is_none_is_refused(scene: Scene) -> None:
    for query in ("status=broken", "project=x", "environment=x"):
        refused(scene.eve.get(f"/record-types?{query}"), 400, "INVALID_INPUT")


def test_one_type_shows_its_effective_fields(scene: Scene) -> None:
    answer = scene.eve.get(f"/record-types/{scene.id_of('incident')}").json()
    assert set(answer) == DETAIL
    (field,) = answer["fields"]
    assert set(field) == FIELD
    assert (field["name"], field["owner"], field["inherited"]) == ("number", "task", True)
    assert answer["base_chain"] == ["task"]


def test_the_fields_are_the_types_own_unless_all_are_asked_for(scene: Scene) -> None:
    """EC-API-031."""
    path = f"/record-types/{scene.id_of('incident')}/fields"
    assert scene.eve.get(path).json() == {"items": [], "next_cursor": None}
    (field,) = scene.eve.get(f"{path}?include_inherited=true").json()["items"]
    assert set(field) == FIELD


def test_by_key_finds_one_and_asks_for_the_project_when_there_are_two(scene: Scene) -> None:
    """EC-API-028."""
    assert scene.eve.get("/record-types/by-key/task").json()["key"] == "task"
    assert scene.eve.get("/record-types/by-key/nothing").status_code == 404
    other = scene.world.give("project.create", name="HR", key="hr")
    scene.world.give("record_type.create", key="task", name="Task", project_id=other.pk)
    refused(scene.eve.get("/record-types/by-key/task"), 409, "AMBIGUOUS_KEY")
    found = scene.eve.get(f"/record-types/by-key/task?project_id={other.pk}")
    assert found.json()["project_id"] == str(other.pk)


def test_creating_answers_201_with_the_merged_type(scene: Scene) -> None:
    body = {"key": "problem", "name": "Problem", "base_type": "task", "fields": [{"name": "cause", "type": "text"}]}
    answer = scene.ada.post("/record-types", body)
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == DETAIL | STAGED
    assert (made["status"], made["merged"], made["version"]) == ("draft", True, 1)
    assert [field["name"] for field in made["fields"]] == ["number", "cause"]
    shown = scene.ada.get(f"/record-types/{made['id']}").json()
    assert {name: made[name] for name in shown} == shown


@pytest.mark.parametrize("who", ["eve", "agent"])
def test_creating_without_the_right_to_merge_answers_202_with_the_change(scene: Scene, who: str) -> None:
    answer = getattr(scene, who).post("/record-types", {"key": "problem", "name": "Problem"})
    assert answer.status_code == 202
    made = answer.json()
    assert (made["id"], made["merged"], made["change_status"]) == (None, False, "Draft")
    assert scene.eve.get("/record-types/by-key/problem").status_code == 404


def test_creating_what_cannot_be_is_refused(scene: Scene) -> None:
    """Each leaves nothing, so the next meets the same."""
    problem = {"key": "problem", "name": "Problem"}
    for body, status, code in (
        ({"key": "problem"}, 400, "INVALID_INPUT"),
        ({**problem, "tenant_id": "x"}, 400, "INVALID_INPUT"),
        ({**problem, "status": "active"}, 400, "INVALID_INPUT"),
        ({**problem, "base_type": "nothing"}, 400, "ORPHAN_BASE_TYPE"),
        ({**problem, "fields": [{"name": "a", "type": "blob"}]}, 400, "INVALID_INPUT"),
        ({**problem, "project_id": str(uuid4())}, 404, "NOT_FOUND"),
        ({**problem, "change_id": str(uuid4())}, 404, "NOT_FOUND"),
        ({"key": "task", "name": "Other"}, 409, "KEY_EXISTS"),
        ({"key": "other", "name": "Task"}, 409, "NAME_EXISTS"),
    ):
        refused(scene.ada.post("/record-types", body), status, code)
    assert [item["key"] for item in items(scene.ada.get("/record-types"))] == ["incident", "task"]


def test_adding_a_field_answers_with_the_field(scene: Scene) -> None:
    path = f"/record-types/{scene.id_of('incident')}/fields"
    answer = scene.ada.post(path, {"name": "cause", "type": "text", "label": "Cause", "required": True})
    assert answer.status_code == 201
    field = answer.json()
    assert set(field) == FIELD | STAGED
    assert (field["name"], field["label"], field["required"], field["position"]) == ("cause", "Cause", True, 1)
    (listed,) = scene.ada.get(path).json()["items"]
    assert listed == {name: field[name] for name in listed}
    refused(scene.ada.post(path, {"name": "cause", "type": "text"}), 409, "FIELD_EXISTS")
    waiting = scene.eve.post(path, {"name": "note", "type": "text"})
    assert (waiting.status_code, waiting.json()["merged"]) == (202, False)


def test_adding_a_field_that_cannot_be_is_refused(scene: Scene) -> None:
    """EC-INV-D8."""
    path = f"/record-types/{scene.id_of('incident')}/fields"
    for body, status, code in (
        ({"name": "a", "type": "integer"}, 400, "INVALID_INPUT"),
        ({"name": "A", "type": "text"}, 400, "INVALID_INPUT"),
        ({"name": "a", "type": "choice"}, 400, "INVALID_INPUT"),
        ({"name": "a", "type": "number", "default": True}, 400, "INVALID_INPUT"),
        ({"name": "a", "type": "choice", "choice_list": "nothing"}, 422, "BINDING_TARGET_MISSING"),
    ):
        refused(scene.ada.post(path, body), status, code)
    assert items(scene.ada.get(path)) == []


def test_the_life_of_a_type_over_http(scene: Scene) -> None:
    """EC-API-029, EC-API-030, EC-SM-RT."""
    incident, task = scene.id_of("incident"), scene.id_of("task")
    activated = scene.ada.post(f"/record-types/{incident}/activate")
    assert (activated.status_code, activated.json()["status"]) == (200, "active")
    assert scene.ada.post(f"/record-types/{incident}/activate").json()["error"]["code"] == "NOT_DRAFT"
    refused(scene.ada.post(f"/record-types/{task}/retire"), 409, "HAS_ACTIVE_DERIVED_TYPES")
    assert scene.ada.post(f"/record-types/{incident}/retire").json()["status"] == "retired"
    assert scene.ada.post(f"/record-types/{incident}/retire").status_code == 409
    assert scene.ada.post(f"/record-types/{incident}/activate").status_code == 409
    assert scene.ada.post(f"/record-types/{task}/retire").status_code == 200


def test_an_empty_type_is_not_activated(scene: Scene) -> None:
    made = scene.ada.post("/record-types", {"key": "empty", "name": "Empty"}).json()
    refused(scene.ada.post(f"/record-types/{made['id']}/activate"), 422, "NO_FIELDS")
    assert scene.ada.get(f"/record-types/{made['id']}").json()["status"] == "draft"


def test_an_idempotent_post_makes_one_type(scene: Scene) -> None:
    body = {"key": "problem", "name": "Problem"}
    first, second = (scene.ada.post("/record-types", body, **{"idempotency-key": "once"}) for _ in range(2))
    assert (first.status_code, first.content) == (201, second.content)


def test_another_tenants_type_does_not_exist(scene: Scene) -> None:
    """EC-EDGE-15."""
    task = scene.id_of("task")
    field = {"name": "a", "type": "text"}
    assert scene.gil.get(f"/record-types/{task}").status_code == 404
    assert scene.gil.get(f"/record-types/{task}/fields").status_code == 404
    assert scene.gil.get("/record-types/by-key/task").status_code == 404
    assert scene.gil.post(f"/record-types/{task}/fields", field).status_code == 404
    assert scene.gil.post(f"/record-types/{task}/activate").status_code == 404
    assert scene.gil.post(f"/record-types/{task}/retire").status_code == 404
    with_project = {"key": "x", "name": "X", "project_id": str(scene.world.project.pk)}
    assert scene.gil.post("/record-types", with_project).status_code == 404


def test_more_types_cost_no_more_queries(scene: Scene) -> None:
    incident = scene.id_of("incident")
    paths = ["/record-types", "/choice-lists", f"/record-types/{incident}", f"/record-types/{incident}/fields"]
    before = [scene.eve.cost(path) for path in paths]
    for number in range(3):
        scene.world.give("record_type.create", key=f"extra_{number}", name=f"Extra {number}", base_type="incident")
        scene.world.give("record_type.add_field", incident, name=f"extra{number}", type="text")
        scene.world.give("choice_list.create", name=f"Extra {number}", items=[{"value": "1"}])
    assert [scene.eve.cost(path) for path in paths] == before
