"""The condition language: a wrong tree is refused with its place, and no data can make a good one raise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.conditions import (
    MAX_CHOICES,
    MAX_CONDITIONS,
    MAX_DEPTH,
    OPERATORS,
    ConditionError,
    compile_condition,
    fields_of,
    with_fields,
)
from tests.core.strategies import json_values, scalars


def leaf(operator: str, value: Any = None, field: str = "f") -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("equals", "a", "a", True),
        ("equals", "a", "A", False),
        ("equals", 1, 1.0, True),
        ("equals", 1, True, False),
        ("equals", False, 0, False),
        ("not_equals", "a", None, True),
        ("not_equals", "a", "a", False),
        ("in", ["a", "b"], "b", True),
        ("in", [1], True, False),
        ("in", [], "a", False),
        ("not_in", ["a"], None, True),
        ("not_in", ["a"], "a", False),
        ("gt", 1, 2, True),
        ("gt", 1, 1, False),
        ("gt", 1, True, False),
        ("gt", 1, "2", False),
        ("gte", 1, 1.0, True),
        ("lt", "2026-01-02", "2026-01-01", True),
        ("lt", 1, None, False),
        ("lte", 1, 1, True),
        ("lte", 1, 2, False),
        ("empty", None, None, True),
        ("empty", None, "", True),
        ("empty", None, [], True),
        ("empty", None, 0, False),
        ("empty", None, False, False),
        ("not_empty", None, 0, True),
        ("not_empty", None, {}, False),
        ("contains", "b", "abc", True),
        ("contains", "b", ["a", "b"], True),
        ("contains", 1, [True], False),
        ("contains", 1, "1", False),
        ("starts_with", "ab", "abc", True),
        ("starts_with", "b", "abc", False),
        ("starts_with", "b", 1, False),
    ],
)
def test_operators_tell_what_the_table_says(operator: str, value: Any, actual: Any, expected: bool) -> None:
    assert compile_condition(leaf(operator, value))({"f": actual}) is expected


def test_an_absent_field_is_like_null() -> None:
    assert compile_condition(leaf("empty"))({})
    assert not compile_condition({"field": "f", "operator": "gt", "value": 0})({})
    assert compile_condition({"field": "f", "operator": "equals", "value": None})({})


def test_groups_combine() -> None:
    tree = {"all": [leaf("gt", 1), {"any": [leaf("lt", 5), {"not": leaf("equals", "x", "g")}]}]}
    predicate = compile_condition(tree)

    told = [predicate(values) for values in ({"f": 3, "g": "x"}, {"f": 9, "g": "x"}, {"f": 9, "g": "y"}, {"f": 0})]
    assert told == [True, False, True, False]


@pytest.mark.parametrize(
    ("tree", "pointer"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        ({"all": [leaf("empty")], "any": [leaf("empty")]}, ""),
        ({"all": []}, "/all"),
        ({"any": {"field": "f"}}, "/any"),
        ({"not": None}, "/not"),
        ({"all": [leaf("empty"), {"not": leaf("like", "x")}]}, "/all/1/not/operator"),
        ({"field": "", "operator": "empty"}, "/field"),
        ({"field": 1, "operator": "empty"}, "/field"),
        ({"field": "f", "operator": ["equals"]}, "/operator"),
        ({"field": "f", "operator": "equals"}, "/value"),
        ({"field": "f", "operator": "equals", "value": {}}, "/value"),
        ({"field": "f", "operator": "equals", "value": float("nan")}, "/value"),
        ({"field": "f", "operator": "empty", "value": 1}, "/value"),
        ({"field": "f", "operator": "in", "value": "abc"}, "/value"),
        ({"field": "f", "operator": "in", "value": ["a", {}]}, "/value/1"),
        ({"field": "f", "operator": "in", "value": ["a"] * (MAX_CHOICES + 1)}, "/value"),
        ({"field": "f", "operator": "gt", "value": True}, "/value"),
        ({"field": "f", "operator": "gt", "value": None}, "/value"),
        ({"field": "f", "operator": "starts_with", "value": ""}, "/value"),
        ({"field": "f", "operator": "equals", "value": "x" * 10_001}, "/value"),
        ({"field": "f", "operator": "empty", "extra": 1}, ""),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(tree: Any, pointer: str) -> None:
    with pytest.raises(ConditionError) as refused:
        compile_condition(tree)

    assert refused.value.pointer == pointer


def test_depth_and_size_are_limited() -> None:
    deep: Any = leaf("empty")
    for _ in range(MAX_DEPTH):
        deep = {"not": deep}
    wide = {"any": [leaf("empty")] * MAX_CONDITIONS}

    for tree in (deep, wide):
        with pytest.raises(ConditionError, match="at most"):
            compile_condition(tree)
    compile_condition(deep["not"])
    compile_condition({"any": [leaf("empty")] * (MAX_CONDITIONS - 1)})


trees = st.recursive(
    st.builds(
        lambda field, operator, value: {"field": field, "operator": operator, "value": value},
        st.sampled_from(["f", "g"]),
        st.sampled_from(OPERATORS) | st.text(max_size=3),
        scalars | st.lists(scalars, max_size=3),
    ),
    lambda children: (
        st.fixed_dictionaries({"all": st.lists(children, max_size=3)})
        | st.fixed_dictionaries({"any": st.lists(children, max_size=3)})
        | st.fixed_dictionaries({"not": children})
    ),
    max_leaves=6,
)


@given(trees | json_values, st.dictionaries(st.sampled_from(["f", "g"]), json_values))
def test_garbage_is_refused_or_tells_true_or_false(tree: Any, values: dict[str, Any]) -> None:
    try:
        predicate = compile_condition(tree)
    except ConditionError:
        return
    assert predicate(values) in (True, False)
    assert compile_condition({"not": tree})(values) is not predicate(values)


def test_fields_are_found_and_renamed_and_nothing_else_changes() -> None:
    tree = {"all": [leaf("equals", "f", "f"), {"not": {"any": [leaf("empty", field="g"), leaf("empty", field="f")]}}]}

    renamed = with_fields(tree, {"f": "id1", "g": "id2"}.__getitem__)

    assert fields_of(tree) == {"f", "g"}
    assert fields_of(renamed) == {"id1", "id2"}
    assert renamed["all"][0] == leaf("equals", "f", "id1")
    assert with_fields(renamed, {"id1": "f", "id2": "g"}.__getitem__) == tree
