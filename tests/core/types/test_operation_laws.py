"""Laws of the operations on record types and choice lists."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.canonical import digest
from apps.metadata.core.content import Content, overlap
from apps.metadata.core.diff import diff
from apps.metadata.core.operations import NO_CONTEXT, Context, Operation, Reversibility
from apps.metadata.core.sequence import apply_all, invert_all
from apps.types.core.content_checks import check_choice_list, check_record_type
from tests.core.types import documents


@st.composite
def cases(draw: st.DrawFn) -> tuple[Content, Context, list[Operation]]:
    """A content, its context, and disjoint operations that fit: record types with and without a base, choice lists."""
    form = draw(st.sampled_from(["record_type", "derived", "choice_list"]))
    if form == "choice_list":
        content = draw(documents.choice_lists())
        return content, NO_CONTEXT, draw(documents.choice_operations(content))
    if form == "record_type":
        content, context = draw(documents.record_types()), NO_CONTEXT
    else:
        content = draw(documents.record_types(range(4), base="base"))
        context = Context(chain=(draw(documents.record_types(range(4, 8))),))
    return content, context, draw(documents.disjoint_operations(content, context))


@given(cases())
def test_undoing_an_operation_brings_back_every_byte(case: Any) -> None:
    """EC-SM-OP: a lossless inverse restores the content exactly, for every kind of operation."""
    content, context, operations = case
    for operation in operations:
        undo = operation.invert(content, context)
        assert undo.reversibility == Reversibility.LOSSLESS
        assert undo.operation is not None
        assert undo.operation.apply(operation.apply(content, context), context) == content


@given(cases())
def test_undoing_a_whole_change_brings_back_every_byte(case: Any) -> None:
    """A revert is the inverses in reverse order."""
    content, context, operations = case
    undo = invert_all(operations, content, context)
    assert apply_all(undo.operations, apply_all(operations, content, context), context) == content


@given(cases(), st.randoms(use_true_random=False))
def test_any_order_of_disjoint_operations_gives_one_digest(case: Any, random: Any) -> None:
    """EC-EXE-032: the order in which people stage does not show in the result."""
    content, context, operations = case
    shuffled = list(operations)
    random.shuffle(shuffled)
    assert digest(apply_all(operations, content, context)) == digest(apply_all(shuffled, content, context))


@given(cases())
def test_an_operation_changes_only_what_it_touches(case: Any) -> None:
    """A path that changed and was not announced would never be found in conflict."""
    content, context, operations = case
    for operation in operations:
        touched = operation.touches(content, context)
        for difference in diff(content, operation.apply(content, context)):
            assert any(overlap(path, difference.path) for path in touched), (operation, difference)


@given(cases())
def test_operations_lead_from_valid_content_to_valid_content(case: Any) -> None:
    content, context, operations = case
    check = check_choice_list if "items" in content else check_record_type
    assert check(content) == []
    assert check(apply_all(operations, content, context)) == []


@given(cases())
def test_an_operation_survives_storage(case: Any) -> None:
    """What is stored as a payload is read back as the same operation, with a sentence to read."""
    _, _, operations = case
    for operation in operations:
        assert type(operation).model_validate(operation.payload()) == operation
        assert operation.summary()


@given(cases())
def test_an_operation_never_changes_the_content_it_is_given(case: Any) -> None:
    """Contents are cached by digest and shared: a mutation would show in another request."""
    content, context, operations = case
    before = digest(content)
    apply_all(operations, content, context)
    assert digest(content) == before
