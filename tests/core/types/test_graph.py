"""EC-GRA-009 to 015: what is wrong between record types."""

from typing import Any
from uuid import UUID

import pytest

from apps.metadata.core.findings import Finding, Neighbourhood, Node
from apps.types.core.graph import check_graph
from tests.core.types.documents import identity

HERE, THERE = UUID(int=1), UUID(int=2)
A, B, C = (identity(number) for number in range(3))


def field(name: str = "title", **attributes: Any) -> dict[str, Any]:
    return {"name": name, "type": "string", "order": "a0", **attributes}


def content(base: str | None = None, status: str = "draft", **rest: Any) -> dict[str, Any]:
    return {"name": "x", "status": status, "fields": {}, **({"base_type": base} if base else {}), **rest}


def graph(
    types: dict[str, dict[str, Any]],
    *,
    touched: tuple[str, ...] = (),
    missing: tuple[tuple[str, str], ...] = (),
    elsewhere: tuple[tuple[str, str], ...] = (),
    lists: dict[str, Any] | None = None,
    foreign: tuple[str, ...] = (),
) -> Neighbourhood:
    nodes = {
        ("record_type", key): Node("record_type", key, THERE if key in foreign else HERE, stored, key in touched)
        for key, stored in types.items()
    }
    for key, stored in (lists or {}).items():
        nodes["choice_list", key] = Node("choice_list", key, HERE, stored)
    return Neighbourhood(HERE, nodes, frozenset(missing), frozenset(elsewhere))


def found(given: Neighbourhood) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(finding.code, finding.key, finding.path) for finding in check_graph(given)]


def only(given: Neighbourhood) -> Finding:
    (finding,) = check_graph(given)
    return finding


def test_a_sound_graph_has_no_findings() -> None:
    types = {
        "task": content(status="active", fields={A: field()}),
        "incident": content("task", "active", overrides={A: {"required": True}}, fields={B: field("cause")}),
    }
    assert check_graph(graph(types)) == []


def test_a_base_that_exists_nowhere_is_an_orphan() -> None:
    """EC-GRA-009: the finding holds the type's key and the missing base."""
    finding = only(graph({"incident": content("task")}, missing=(("record_type", "task"),)))
    assert (finding.code, finding.key, finding.path) == ("ORPHAN_BASE_TYPE", "incident", ("base_type",))
    assert finding.details == {"base_type": "task"}


def test_a_base_that_was_not_looked_up_says_nothing() -> None:
    assert check_graph(graph({"incident": content("task")})) == []


@pytest.mark.parametrize("loaded", [True, False])
def test_a_base_of_another_project_is_no_orphan(loaded: bool) -> None:
    """EC-GRA-011, EC-INV-P6."""
    types = {"incident": content("task")} | ({"task": content()} if loaded else {})
    elsewhere = () if loaded else (("record_type", "task"),)
    given = graph(types, elsewhere=elsewhere, foreign=("task",))
    assert found(given) == [("BASE_TYPE_CROSS_PROJECT", "incident", ("base_type",))]


def test_each_loop_of_bases_is_named_once_with_its_way() -> None:
    """EC-GRA-010: self-reference, a loop of three, and types that only lead into a loop."""
    types = {
        "alone": content("alone"),
        "c": content("a"),
        "b": content("c"),
        "a": content("b"),
        "leads_in": content("b"),
        "also": content("leads_in"),
    }
    findings = check_graph(graph(types))
    assert [(finding.code, finding.key, finding.details["path"]) for finding in findings] == [
        ("BASE_TYPE_CYCLE", "a", ["a", "b", "c", "a"]),
        ("BASE_TYPE_CYCLE", "alone", ["alone", "alone"]),
    ]


def test_a_base_that_promises_more_now_contradicts_its_children() -> None:
    """EC-GRA-014, EC-EXE-029: every descendant is checked against the projected base."""
    types = {
        "task": content(fields={A: field(max_length=10)}),
        "incident": content("task"),
        "outage": content("incident", overrides={A: {"max_length": 20}}),
    }
    finding = only(graph(types, touched=("task",)))
    assert finding.code == "PROTECTED_FIELD_WEAKENED"
    assert (finding.key, finding.path) == ("outage", ("overrides", A, "max_length"))


def test_an_override_of_what_belongs_to_the_base_is_a_weakening() -> None:
    types = {"task": content(fields={A: field()}), "incident": content("task", overrides={A: {"type": "text"}})}
    assert found(graph(types)) == [("PROTECTED_FIELD_WEAKENED", "incident", ("overrides", A, "type"))]


def test_a_base_that_takes_a_childs_name_contradicts_or_duplicates() -> None:
    """EC-EXE-029, EC-EDGE-06: base adds x while the child owns another x."""
    contradicting = {
        "task": content(fields={A: field("x", type="number", required=True)}),
        "incident": content("task", fields={B: field("x")}),
    }
    assert found(graph(contradicting)) == [("PROTECTED_FIELD_WEAKENED", "incident", ("fields", B))]
    agreeing = {"task": content(fields={A: field("x")}), "incident": content("task", fields={B: field("x")})}
    assert found(graph(agreeing)) == [("DUPLICATE_FIELD", "incident", ("fields", B, "name"))]


def test_pointers_to_what_is_not_there_are_found() -> None:
    """EC-GRA-013."""
    types = {
        "incident": content(
            fields={
                A: field(type="reference", references="user"),
                B: field("p", type="choice", order="a1", choice_list="priority"),
                C: field("q", type="reference", order="a2", references="incident"),
            },
            assignment={"type": "field_match", "field": identity(9), "rules": []},
            sla={"duration_minutes": 5, "complete_when": {"field": A, "equals": "x"}},
            overrides={identity(8): {"required": True}},
        )
    }
    missing = (("record_type", "user"),)
    elsewhere = (("choice_list", "priority"),)
    assert found(graph(types, missing=missing, elsewhere=elsewhere)) == [
        ("BINDING_TARGET_MISSING", "incident", ("fields", A, "references")),
        ("BINDING_TARGET_MISSING", "incident", ("fields", B, "choice_list")),
        ("BINDING_TARGET_MISSING", "incident", ("assignment", "field")),
        ("BINDING_TARGET_MISSING", "incident", ("overrides", identity(8))),
    ]


def test_a_base_that_loses_a_field_breaks_what_overrides_it() -> None:
    types = {
        "task": content(fields={}, removed={A: field()}),
        "incident": content("task", overrides={A: {"required": True}}),
    }
    assert found(graph(types, touched=("task",))) == [("BINDING_TARGET_MISSING", "incident", ("overrides", A))]


def test_an_active_type_needs_a_field_its_own_or_inherited() -> None:
    """EC-SM-RT-002."""
    assert found(graph({"x": content(status="active")})) == [("NO_FIELDS", "x", ("status",))]
    assert check_graph(graph({"x": content("y", "active"), "y": content(fields={A: field()})})) == []
    assert check_graph(graph({"x": content("unknown", "active")})) == []


def test_a_retired_base_and_active_children_exclude_each_other() -> None:
    """EC-SM-RT-002, EC-SM-RT-003: whoever moves is told, once."""
    types = {
        "task": content(status="retired", fields={A: field()}),
        "b": content("task", "active"),
        "a": content("task", "active"),
        "draft": content("task"),
    }
    retiring = only(graph(types, touched=("task",)))
    assert (retiring.code, retiring.key, retiring.details) == (
        "HAS_ACTIVE_DERIVED_TYPES",
        "task",
        {"derived": ["a", "b"]},
    )
    activating = graph({key: types[key] for key in ("task", "a")}, touched=("a",))
    assert found(activating) == [("BASE_TYPE_RETIRED", "a", ("base_type",))]
    assert [code for code, _, _ in found(graph(types))] == ["BASE_TYPE_RETIRED"] * 2


def test_a_default_is_a_choice_of_its_list() -> None:
    types = {
        "task": content(fields={A: field("p", type="choice", choice_list="priority", default="9")}),
        "incident": content("task", overrides={A: {"default": "8"}}),
        "fine": content("task", overrides={A: {"default": "1"}}),
        "several": content(
            fields={B: field("p", type="choice", choice_list="priority", default=["1", "7"], multiple=True)}
        ),
    }
    lists = {"priority": {"name": "Priority", "status": "active", "items": {"1": {"order": "a0", "label": "1"}}}}
    assert found(graph(types, lists=lists)) == [
        ("DEFAULT_NOT_A_CHOICE", "incident", ("overrides", A, "default")),
        ("DEFAULT_NOT_A_CHOICE", "several", ("fields", B, "default")),
        ("DEFAULT_NOT_A_CHOICE", "task", ("fields", A, "default")),
    ]


def test_a_retired_choice_list_in_use_is_only_a_warning() -> None:
    types = {"task": content(fields={A: field("p", type="choice", choice_list="priority")})}
    finding = only(graph(types, lists={"priority": {"status": "retired", "items": {}}}))
    assert (finding.code, finding.is_error) == ("CHOICE_LIST_RETIRED", False)
