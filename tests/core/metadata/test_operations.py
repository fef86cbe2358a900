"""The operations every kind has: undoing gives back what was there, and a refusal says why."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.kernel.canonical import digest
from apps.metadata.core.content import overlap, same
from apps.metadata.core.diff import diff
from apps.metadata.core.operations import (
    NO_CONTEXT,
    Define,
    Operation,
    Refusal,
    Restore,
    Retire,
    Reversibility,
    SetAttribute,
)
from apps.metadata.core.sequence import apply_all, invert_all
from tests.core.strategies import contents, disjoint_operations, json_values, keys, toys

Content = dict[str, Any]

attributes = st.builds(
    SetAttribute,
    path=st.lists(keys, min_size=1, max_size=3).map(tuple),
    value=json_values,
    clear=st.booleans(),
)


@given(contents, attributes)
def test_undoing_an_attribute_gives_back_the_content(content: Content, operation: SetAttribute) -> None:
    try:
        after = operation.apply(content, NO_CONTEXT)
    except Refusal:  # the path runs through a value that is no object
        return
    inverse = operation.invert(content, NO_CONTEXT)

    assert inverse.reversibility == Reversibility.LOSSLESS
    assert inverse.operation is not None
    assert same(inverse.operation.apply(after, NO_CONTEXT), content)


@given(contents | toys, attributes | st.sampled_from([Retire(), Restore(status="draft")]))
def test_an_operation_changes_only_what_it_touches(content: Content, operation: Operation) -> None:
    try:
        after = operation.apply(content, NO_CONTEXT)
    except Refusal:
        return
    touched = operation.touches(content, NO_CONTEXT)

    assert all(any(overlap(path, difference.path) for path in touched) for difference in diff(content, after))


@given(st.data())
def test_undoing_a_whole_sequence_gives_back_the_content(data: st.DataObject) -> None:
    content = data.draw(toys)
    operations = data.draw(disjoint_operations(content))

    undo = invert_all(operations, content)

    assert undo.reversibility == Reversibility.LOSSLESS
    assert same(apply_all(undo.operations, apply_all(operations, content)), content)


@given(st.data())
def test_disjoint_operations_give_one_digest_in_any_order(data: st.DataObject) -> None:
    """EC-EXE-032."""
    content = data.draw(toys)
    operations = data.draw(disjoint_operations(content))[:4]

    assert len({digest(apply_all(order, content)) for order in permutations(operations)}) == 1


@pytest.mark.parametrize("status", ["active", "draft", None, 3])
def test_retiring_and_restoring_gives_back_the_status(status: Any) -> None:
    content = {"name": "Incident"} | ({} if status is None else {"status": status})

    inverse = Retire().invert(content, NO_CONTEXT).operation

    assert inverse is not None
    assert inverse.apply(Retire().apply(content, NO_CONTEXT), NO_CONTEXT) == content


def test_defining_is_undone_by_retiring_and_never_by_forgetting() -> None:
    """EC-EDGE-08: a lineage does not disappear."""
    operation = Define(key="incident", content={"name": "Incident", "status": "active"})

    undo = invert_all([operation], None)

    assert undo.operations == (Retire(),)
    assert apply_all(undo.operations, operation.content) == {"name": "Incident", "status": "retired"}


@pytest.mark.parametrize(
    ("operation", "content", "code"),
    [
        (Define(key="k", content={}), {"name": "K"}, "DEFINITION_EXISTS"),
        (Define(key="k", content={}), {"status": "retired"}, "DEFINITION_EXISTS"),
        (SetAttribute(path=("name",), value="x"), None, "DEFINITION_NOT_FOUND"),
        (SetAttribute(path=("name", "deep"), value="x"), {"name": "K"}, "ATTRIBUTE_NOT_FOUND"),
        (Retire(), None, "DEFINITION_NOT_FOUND"),
        (Retire(), {"status": "retired"}, "ALREADY_RETIRED"),
        (Restore(), {"status": "active"}, "NOT_RETIRED"),
        (Restore(), None, "DEFINITION_NOT_FOUND"),
    ],
)
def test_what_does_not_fit_is_refused_forwards_and_backwards(
    operation: Operation, content: Content | None, code: str
) -> None:
    for attempt in (operation.apply, operation.invert):
        with pytest.raises(Refusal) as refused:
            attempt(content, NO_CONTEXT)
        assert refused.value.code == code
        assert refused.value.message


@pytest.mark.parametrize(
    "operation",
    [
        Define(key="incident", content={"name": "Incident", "fields": {}}),
        SetAttribute(path=("sla", "minutes"), value=5),
        SetAttribute(path=("sla",), clear=True),
        Retire(),
        Restore(status="draft"),
    ],
)
def test_an_operation_is_stored_and_read_back(operation: Operation) -> None:
    assert type(operation).model_validate(operation.payload()) == operation


@pytest.mark.parametrize("value", [2**60, 1.8e16, {"deep": ["\ud800"]}, float("inf")])
def test_an_operation_that_no_digest_could_be_made_of_is_refused_when_it_is_made(value: Any) -> None:
    with pytest.raises(ValidationError):
        SetAttribute(path=("name",), value=value)


def test_a_summary_is_a_sentence_with_names() -> None:
    assert [
        Define(key="incident", content={"name": "Incident"}).summary(),
        Define(key="incident", content={}).summary(),
        SetAttribute(path=("sla", "minutes"), value=5).summary(),
        SetAttribute(path=("name",), value="X").summary(),
        SetAttribute(path=("sla",), clear=True).summary(),
        Retire().summary(),
        Restore().summary(),
    ] == [
        "Define “Incident” (incident)",
        "Define incident",
        "Set sla/minutes to 5",
        "Set name to “X”",
        "Clear sla",
        "Retire",
        "Restore as active",
    ]


def test_claims_meet_on_the_attribute_and_not_on_its_parts() -> None:
    assert SetAttribute(path=("sla", "minutes"), value=5).claims() == SetAttribute(path=("sla",), clear=True).claims()
    assert Retire().claims() == SetAttribute(path=("status",), value="draft").claims()
    assert not Retire().claims() & Define(key="k", content={}).claims()
