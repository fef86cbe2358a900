"""The laws of operations, for rules of policies."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.canonical import canonical_json
from apps.metadata.core.content import overlap
from apps.metadata.core.diff import diff
from apps.metadata.core.operations import NO_CONTEXT, Operation, Reversibility
from apps.policies.core.operations import OPERATIONS, AddRule, RemoveRule, SetRule
from tests.core.policies.strategies import contents, lineage, rules

numbers = st.integers(0, 6)


@st.composite
def operations_on(draw: st.DrawFn, content: dict[str, Any], number: int) -> Operation:
    """One that fits the content: it adds a rule that is not there, or changes one that is."""
    named = {"lineage": lineage(number), "rule_id": f"rule-{number}"}
    rule = draw(rules(f"rule-{number}"))
    if lineage(number) not in content["rules"]:
        return AddRule(**named, rule=rule)
    if draw(st.booleans()):
        return RemoveRule(**named)
    attributes: dict[str, Any] = {
        name: rule.get(name)
        for name in draw(st.sets(st.sampled_from(["priority", "match", "requirements", "description"]), min_size=1))
    }
    return SetRule(**named, attributes=attributes)


@st.composite
def edits(draw: st.DrawFn, count: int = 1) -> tuple[dict[str, Any], list[Operation]]:
    """A content, and operations on different rules of it."""
    content = draw(contents())
    chosen = draw(st.lists(numbers, min_size=count, max_size=count, unique=True))
    return content, [draw(operations_on(content, number)) for number in chosen]


Edits = tuple[dict[str, Any], list[Operation]]


@given(edits())
def test_undoing_an_operation_restores_the_very_bytes(edited: Edits) -> None:
    content, (operation,) = edited
    after = operation.apply(content, NO_CONTEXT)
    undone = operation.invert(content, NO_CONTEXT)
    assert undone.reversibility == Reversibility.LOSSLESS
    assert undone.operation is not None
    assert canonical_json(undone.operation.apply(after, NO_CONTEXT)) == canonical_json(content)


@given(edits())
def test_an_operation_changes_nothing_it_does_not_touch(edited: Edits) -> None:
    content, (operation,) = edited
    after = operation.apply(content, NO_CONTEXT)
    touched = operation.touches(content, NO_CONTEXT)
    for difference in diff(content, after):
        assert any(overlap(difference.path, path) for path in touched)


@given(edits(2))
def test_operations_on_different_rules_claim_disjoint_things_and_commute(edited: Edits) -> None:
    content, (first, second) = edited
    assert first.claims().isdisjoint(second.claims())
    one = second.apply(first.apply(content, NO_CONTEXT), NO_CONTEXT)
    other = first.apply(second.apply(content, NO_CONTEXT), NO_CONTEXT)
    assert canonical_json(one) == canonical_json(other)


@given(edits())
def test_an_operation_is_read_back_from_its_payload(edited: Edits) -> None:
    _, (operation,) = edited
    assert OPERATIONS[operation.type].model_validate(operation.payload()) == operation
