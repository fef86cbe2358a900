"""Adopting: one side says afterwards what the other says, and undoing gives back what it said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.metadata.core.adoption import GENERIC, Adopt, AdoptedValue, adoption
from apps.metadata.core.content import overlap, same
from apps.metadata.core.diff import diff
from apps.metadata.core.operations import EVERYTHING, NO_CONTEXT, Refusal, Retire, Reversibility
from tests.core.strategies import contents

Content = dict[str, Any]


@given(contents | st.none(), contents)
def test_adopting_makes_here_say_what_there_says(here: Content | None, there: Content) -> None:
    """The round trip of issue 3: diff, adopt, and no difference is left."""
    operation = adoption(here, there)

    assert (operation is None) == (here is not None and same(here, there))
    if operation is not None:
        after = operation.apply(here, NO_CONTEXT)
        assert same(after, there)
        assert adoption(after, there) is None


@given(contents, contents)
def test_undoing_an_adoption_gives_back_what_was_here(here: Content, there: Content) -> None:
    operation = adoption(here, there)
    if operation is None:
        return
    inverse = operation.invert(here, NO_CONTEXT)

    assert inverse.reversibility == Reversibility.LOSSLESS
    assert inverse.operation is not None
    assert same(inverse.operation.apply(operation.apply(here, NO_CONTEXT), NO_CONTEXT), here)


@given(contents, contents, contents)
def test_an_adoption_meets_a_moved_content_and_changes_only_what_it_touches(
    here: Content, there: Content, moved: Content
) -> None:
    """It is replayed on whatever was merged meanwhile, like any operation."""
    operation = adoption(here, there)
    if operation is None:
        return
    try:
        after = operation.apply(moved, NO_CONTEXT)
    except Refusal:  # a path runs through what is no object any more
        return
    touched = operation.touches(moved, NO_CONTEXT)

    assert all(any(overlap(path, difference.path) for path in touched) for difference in diff(moved, after))
    inverse = operation.invert(moved, NO_CONTEXT).operation
    assert inverse is not None
    assert same(inverse.apply(after, NO_CONTEXT), moved)


@given(contents, contents)
def test_an_adoption_survives_storing(here: Content, there: Content) -> None:
    operation = adoption(here, there)
    if operation is not None:
        assert GENERIC[operation.type].model_validate(operation.payload()) == operation


def test_a_null_is_adopted_and_an_absence_too() -> None:
    """A stored null and an absent attribute are different, on the way over too."""
    operation = adoption({"a": 1, "b": 2}, {"a": None})

    assert operation == Adopt(values=(AdoptedValue(path=("a",), value=None), AdoptedValue(path=("b",), clear=True)))
    assert operation.apply({"a": 1, "b": 2}, NO_CONTEXT) == {"a": None}


def test_what_the_other_side_does_not_have_is_retired() -> None:
    """A lineage never disappears."""
    assert adoption({"name": "Incident", "status": "active"}, None) == Retire()
    assert adoption({"name": "Incident", "status": "retired"}, None) is None
    assert adoption(None, None) is None


def test_a_definition_that_was_not_here_is_undone_by_retiring_it() -> None:
    operation = adoption(None, {"name": "Incident"})

    assert operation is not None
    assert operation.invert(None, NO_CONTEXT) == (Retire(), Reversibility.LOSSLESS)


def test_an_adoption_goes_alone() -> None:
    operation = adoption({"a": 1}, {"a": 2})

    assert operation is not None
    assert operation.claims() == {EVERYTHING}


@pytest.mark.parametrize("path", [("a", "b"), ("a",)])
def test_an_adoption_of_parts_is_refused_where_there_is_no_definition(path: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match="does not exist"):
        Adopt(values=(AdoptedValue(path=path, value=1),)).apply(None, NO_CONTEXT)


def test_no_adoption_takes_a_whole_definition_away() -> None:
    with pytest.raises(Refusal, match="retired"):
        Adopt(values=(AdoptedValue(path=(), clear=True),)).apply({"a": 1}, NO_CONTEXT)
    with pytest.raises(Refusal):
        Adopt(values=()).apply(None, NO_CONTEXT)


def test_what_has_no_digest_is_not_adopted() -> None:
    with pytest.raises(ValidationError):
        Adopt(values=(AdoptedValue(path=("a",), value=float("nan")),))
