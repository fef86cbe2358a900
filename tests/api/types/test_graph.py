"""EC-API-123 to 125: the graph for administrators."""

from uuid import uuid4

import pytest

from tests.api.types.conftest import Scene


def test_the_summary_counts_and_the_full_graph_lists(scene: Scene) -> None:
    summary = scene.ada.get("/admin/graph/snapshot").json()
    assert summary["counts"] == {"choice_list": 1, "record_type": 2}
    assert (summary["mode"], summary["nodes"]) == ("summary", None)
    full = scene.ada.get(f"/admin/graph/snapshot?mode=full&project_id={scene.world.project.pk}")
    again = scene.ada.get(f"/admin/graph/snapshot?mode=full&project_id={scene.world.project.pk}")
    assert full.content == again.content
    nodes = {node["key"]: node for node in full.json()["nodes"]}
    assert nodes["incident"]["base_type"] == "task"
    assert [field["name"] for field in nodes["task"]["fields"]] == ["number"]
    assert all({"kind", "id", "key", "project_id", "tenant_id"} <= set(node) for node in nodes.values())
    assert full.json()["bindings"] == {"assignment": [], "sla": []}


def test_validating_needs_a_project_and_answers_with_findings(scene: Scene) -> None:
    report = scene.ada.get(f"/admin/graph/validate?project_id={scene.world.project.pk}").json()
    assert (report["valid"], report["errors"], report["warnings"]) == (True, [], [])
    assert scene.ada.get("/admin/graph/validate").status_code == 400
    assert scene.ada.get(f"/admin/graph/validate?project_id={uuid4()}").status_code == 404


def test_the_diff_of_a_change_writes_nothing(scene: Scene) -> None:
    change = scene.world.open()
    scene.world.add_field(change, "cause")
    before = scene.world.events()
    found = scene.ada.get(f"/admin/graph/diff?change_id={change.pk}").json()
    assert found["record_types"]["modified"][0]["fields"]["added"] == ["cause"]
    assert (found["change_number"], found["empty"]) == (change.number, False)
    assert scene.world.events() == before
    assert scene.ada.get(f"/admin/graph/diff?change_id={uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "path", ["snapshot?project_id={project}", "validate?project_id={project}", "diff?change_id={project}"]
)
def test_the_graph_is_for_administrators(scene: Scene, path: str) -> None:
    """EC: ADM routes answer 403 to an editor and show nothing to another tenant."""
    path = path.format(project=scene.world.project.pk)
    assert scene.eve.get(f"/admin/graph/{path}").status_code == 403
    assert scene.gil.get(f"/admin/graph/{path}").status_code == 404
