"""EC-API-037 to 041 over HTTP."""

from tests.api.types.conftest import Scene

SUMMARY = {"id", "project_id", "environment", "key", "name", "status", "description", "version", "digest", "item_count"}
STAGED = {"change_id", "change_number", "change_status", "operation_id", "merged"}
ITEM = {"value", "label", "active", "position"}


def test_lists_and_their_items_are_shown(scene: Scene) -> None:
    (item,) = scene.eve.get("/choice-lists").json()["items"]
    assert set(item) == SUMMARY
    assert (item["key"], item["status"], item["item_count"]) == ("priority", "active", 2)
    shown = scene.eve.get(f"/choice-lists/{item['id']}").json()
    assert set(shown) == SUMMARY | {"items"}
    items = scene.eve.get(f"/choice-lists/{item['id']}/items").json()["items"]
    assert items == shown["items"]
    assert items[0] == {"value": "1", "label": "High", "active": True, "position": 0}


def test_creating_answers_201_or_202(scene: Scene) -> None:
    made = scene.ada.post("/choice-lists", {"name": "Impact", "items": [{"value": "1", "label": "High"}]})
    assert (made.status_code, set(made.json())) == (201, SUMMARY | {"items"} | STAGED)
    assert made.json()["key"] == "impact"
    waiting = scene.eve.post("/choice-lists", {"name": "Urgency"})
    assert (waiting.status_code, waiting.json()["id"], waiting.json()["merged"]) == (202, None, False)


def test_adding_an_item_answers_with_the_item(scene: Scene) -> None:
    path = f"/choice-lists/{scene.id_of('priority', 'choice_list')}/items"
    answer = scene.ada.post(path, {"value": "0", "label": "Critical", "position": 0})
    assert (answer.status_code, set(answer.json())) == (201, ITEM | STAGED)
    assert answer.json()["position"] == 0
    again = scene.ada.post(path, {"value": "0", "label": "Critical"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CHOICE_EXISTS")


def test_creating_what_cannot_be_is_refused(scene: Scene) -> None:
    """Each leaves nothing, so the next meets the same."""
    for body, status in (
        ({"name": "Priority"}, 409),
        ({"name": ""}, 400),
        ({"name": "X", "items": [{"value": ""}]}, 400),
        ({"name": "X", "items": [{"value": "1"}, {"value": "1"}]}, 400),
        ({"name": "X", "status": "active"}, 400),
    ):
        assert scene.ada.post("/choice-lists", body).status_code == status, body
    assert [item["key"] for item in scene.ada.get("/choice-lists").json()["items"]] == ["priority"]


def test_another_tenants_list_does_not_exist(scene: Scene) -> None:
    priority = scene.id_of("priority", "choice_list")
    assert scene.gil.get("/choice-lists").json()["items"] == []
    assert scene.gil.get(f"/choice-lists/{priority}").status_code == 404
    assert scene.gil.get(f"/choice-lists/{priority}/items").status_code == 404
    assert scene.gil.post(f"/choice-lists/{priority}/items", {"value": "9", "label": "x"}).status_code == 404
