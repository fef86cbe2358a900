"""Diff and three-way merge: nothing is lost between two contents, and who merges first does not matter."""

from typing import Any

from hypothesis import given

from apps.metadata.core.content import MISSING, get, same
from apps.metadata.core.diff import Difference, apply_differences, diff
from apps.metadata.core.merge import PathConflict, three_way
from tests.core.strategies import contents

Content = dict[str, Any]


@given(contents, contents)
def test_applying_a_diff_gives_the_content_it_led_to(before: Content, after: Content) -> None:
    assert same(apply_differences(before, diff(before, after)), after)


@given(contents, contents)
def test_a_diff_is_sorted_by_path_and_names_each_path_once(before: Content, after: Content) -> None:
    paths = [difference.path for difference in diff(before, after)]

    assert paths == sorted(set(paths))


@given(contents, contents)
def test_a_diff_is_empty_exactly_for_the_same_content(before: Content, after: Content) -> None:
    assert (not diff(before, after)) == same(before, after)


@given(contents)
def test_a_definition_that_comes_or_goes_is_one_difference(content: Content) -> None:
    assert diff(None, content) == (Difference((), MISSING, content),)
    assert apply_differences(None, diff(None, content)) == content
    assert apply_differences(content, diff(content, None)) is None
    assert diff(None, None) == ()


def test_a_diff_goes_down_to_the_attribute_and_takes_lists_as_one() -> None:
    before = {"fields": {"f1": {"label": "A", "required": True}}, "rules": [1, 2]}
    after = {"fields": {"f1": {"label": "B"}, "f2": {"label": "C"}}, "rules": [1, 3]}

    assert [difference.as_dict() for difference in diff(before, after)] == [
        {"path": "/fields/f1/label", "change": "changed", "before": "A", "after": "B"},
        {"path": "/fields/f1/required", "change": "removed", "before": True},
        {"path": "/fields/f2", "change": "added", "after": {"label": "C"}},
        {"path": "/rules", "change": "changed", "before": [1, 2], "after": [1, 3]},
    ]


@given(contents, contents, contents)
def test_merging_is_commutative_without_a_conflict(base: Content, one: Content, other: Content) -> None:
    merged, mirrored = three_way(base, one, other), three_way(base, other, one)

    assert [conflict.path for conflict in merged.conflicts] == [conflict.path for conflict in mirrored.conflicts]
    if not merged.conflicts:
        assert same(merged.content, mirrored.content)


@given(contents, contents, contents)
def test_a_conflict_names_both_sides_and_the_content_keeps_theirs(
    base: Content, mine: Content, theirs: Content
) -> None:
    for conflict in three_way(base, mine, theirs).conflicts:
        sides = {"base": base, "mine": mine, "theirs": theirs}
        assert conflict == PathConflict(
            conflict.path, **{name: get(side, conflict.path) for name, side in sides.items()}
        )
        assert not same(conflict.mine, conflict.theirs)


@given(contents, contents)
def test_a_side_that_did_nothing_yields(base: Content, other: Content) -> None:
    assert same(three_way(base, base, other).content, other)
    assert same(three_way(base, other, base).content, other)
    assert same(three_way(base, other, other).content, other)


def test_two_additions_never_conflict_and_their_order_tie_stays() -> None:
    """EC-EDGE-09: disjoint fields both land, even at the same place of the list."""
    base = {"fields": {"f0": {"order": "a0"}}}
    mine = {"fields": {"f0": {"order": "a0"}, "f1": {"order": "a1"}}}
    theirs = {"fields": {"f0": {"order": "a0"}, "f2": {"order": "a1"}}}

    merged = three_way(base, mine, theirs)

    assert not merged.conflicts
    assert merged.content == {"fields": {"f0": {"order": "a0"}, "f1": {"order": "a1"}, "f2": {"order": "a1"}}}


def test_removing_what_the_other_side_edited_conflicts() -> None:
    base = {"fields": {"f1": {"label": "A"}}}

    merged = three_way(base, {"fields": {}}, {"fields": {"f1": {"label": "B"}}})

    assert merged.conflicts == (PathConflict(("fields", "f1"), {"label": "A"}, MISSING, {"label": "B"}),)


def test_defining_one_thing_twice_merges_only_what_agrees() -> None:
    merged = three_way(None, {"name": "A", "x": 1}, {"name": "B", "x": 1})

    assert [conflict.path for conflict in merged.conflicts] == [("name",)]
    assert three_way({"name": "A"}, None, {"name": "A"}).content is None
