"""The graph after a change: a change cannot break what stands around it, nor be stopped by what was broken before."""

from uuid import UUID

from apps.changes.core.graph import graph_findings, projected, weighed
from apps.metadata.core.findings import Finding, Neighbourhood, Node, Severity
from apps.metadata.core.operations import Define, SetAttribute
from tests.core.changes.planning import Content, planned, staged
from tests.core.strategies import TOY

PROJECT = UUID(int=1)


def neighbourhood(**contents: Content) -> Neighbourhood:
    nodes = {("toy", key): Node("toy", key, PROJECT, content) for key, content in contents.items()}
    return Neighbourhood(PROJECT, nodes, missing=frozenset({("toy", "new")}), elsewhere=frozenset({("toy", "far")}))


def test_the_projection_holds_the_planned_contents_and_marks_them() -> None:
    stored = neighbourhood(toy={"name": "Toy"}, other={"name": "Other"})
    operations = [
        *staged(SetAttribute(path=("base",), value="new")),
        *staged(Define(key="new", content={"name": "New"}), key="new", first=9),
    ]

    graph = projected(stored, planned(operations, {"name": "Toy"}, {"name": "Toy"}))

    assert [(node.key, node.touched) for node in graph.of_kind("toy")] == [
        ("new", True),
        ("other", False),
        ("toy", True),
    ]
    assert graph.nodes["toy", "toy"].content == {"name": "Toy", "base": "new"}
    assert (graph.missing, graph.elsewhere) == (frozenset(), frozenset({("toy", "far")}))
    assert stored.nodes["toy", "toy"].content == {"name": "Toy"}


def test_an_old_error_elsewhere_warns_and_a_new_one_stops() -> None:
    """EC-EXE-010."""
    stored = neighbourhood(broken={"name": "B", "base": "gone"}, toy={"name": "Toy"})
    plan = planned(staged(SetAttribute(path=("base",), value="nowhere")), {"name": "Toy"}, {"name": "Toy"})

    found = graph_findings(stored, plan, rules=[TOY])

    assert [(finding.key, finding.code, finding.severity) for finding in found] == [
        ("broken", "ORPHAN", Severity.WARNING),
        ("toy", "ORPHAN", Severity.ERROR),
    ]


def test_an_old_error_on_what_the_change_touches_stops() -> None:
    stored = neighbourhood(toy={"name": "Toy", "base": "gone"})
    plan = planned(
        staged(SetAttribute(path=("name",), value="New")),
        stored.nodes["toy", "toy"].content,
        {"name": "Toy", "base": "gone"},
    )

    assert [finding.severity for finding in graph_findings(stored, plan, rules=[TOY])] == [Severity.ERROR]


def test_warnings_stay_warnings() -> None:
    warning = Finding.warning("OLD", "It is old.", kind="toy", key="a")

    assert weighed([warning], [warning], frozenset()) == [warning]
    assert warning.at("toy", "b") == warning
    assert Finding.warning("OLD", "It is old.").at("toy", "a") == warning
    assert min([warning, Finding.error("X", "")], key=lambda finding: finding.sort_key).code == "X"
