"""Moved heads: disjoint work lands beside what was merged meanwhile; the same path with two results is a conflict."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.changes.core.plan import DefinitionState, plan
from apps.changes.core.resolution import Choice, Resolution
from apps.metadata.core.adoption import Adopt, AdoptedValue
from apps.metadata.core.content import MISSING, same
from apps.metadata.core.merge import three_way
from apps.metadata.core.operations import Operation, Retire, SetAttribute
from apps.metadata.core.sequence import apply_all
from tests.core.changes.planning import Content, planned, staged, states
from tests.core.strategies import AddMember, DropMember, SetMember, disjoint_operations, toy, toys

BASE: Content = {"name": "Toy", "status": "active", "members": {"m1": {"label": 1, "size": 1}, "m2": {"label": 2}}}


@given(st.data())
def test_replaying_agrees_with_merging_the_contents(data: st.DataObject) -> None:
    """Without a conflict, replay gives the three-way merge, and either change may go first."""
    base = data.draw(toys)
    mine, theirs = data.draw(disjoint_operations(base)), data.draw(disjoint_operations(base))
    assume(mine and theirs)
    my_content, their_content = apply_all(mine, base), apply_all(theirs, base)
    assert my_content is not None
    assert their_content is not None

    one = planned(staged(*mine), base, their_content)
    other = planned(staged(*theirs), base, my_content)

    merged = three_way(base, my_content, their_content)
    if one.is_clean and other.is_clean:
        assert same(one.definitions[0].after, other.definitions[0].after)
        assert same(one.definitions[0].after, merged.content)
    if merged.conflicts:
        assert not one.is_clean
        assert not other.is_clean


@given(st.data())
def test_a_head_that_moved_elsewhere_does_not_change_what_was_approved(data: st.DataObject) -> None:
    base = data.draw(toys)
    operations = data.draw(disjoint_operations(base))
    moved = {**base, "description": "edited by somebody else"}

    assert (
        planned(staged(*operations), base, moved).digest_material()
        == planned(staged(*operations), base, base).digest_material()
    )


def test_adding_beside_an_addition_is_no_conflict() -> None:
    """EC-EDGE-09: disjoint fields both land, no lost update."""
    theirs = apply_all([AddMember(member="m3", definition={"label": 3})], BASE)

    made = planned(staged(AddMember(member="m4", definition={"label": 4})), BASE, theirs)

    assert made.is_clean
    assert made.definitions[0].replayed
    assert set((made.definitions[0].after or {})["members"]) == {"m1", "m2", "m3", "m4"}


def test_two_attributes_of_one_member_are_no_conflict() -> None:
    theirs = apply_all([SetMember(member="m1", attribute="size", value=3)], BASE)

    made = planned(staged(SetMember(member="m1", attribute="label", value=7)), BASE, theirs)

    assert made.is_clean
    assert (made.definitions[0].after or {})["members"]["m1"] == {"label": 7, "size": 3}


@pytest.mark.parametrize(
    ("mine", "theirs", "path", "values"),
    [
        (
            SetMember(member="m1", attribute="label", value=7),
            SetMember(member="m1", attribute="label", value=8),
            ("members", "m1", "label"),
            (1, 8, 7),
        ),
        (
            DropMember(member="m2"),
            SetMember(member="m2", attribute="label", value=8),
            ("members", "m2"),
            ({"label": 2}, {"label": 8}, MISSING),
        ),
        (
            SetMember(member="m2", attribute="label", value=8),
            DropMember(member="m2"),
            ("members", "m2"),
            ({"label": 2}, MISSING, {"label": 8}),
        ),
        (
            SetMember(member="m2", attribute="size", value=8),
            DropMember(member="m2"),
            ("members", "m2"),
            ({"label": 2}, MISSING, {"label": 2, "size": 8}),
        ),
        (Retire(), SetAttribute(path=("status",), value="draft"), ("status",), ("active", "draft", "retired")),
        (
            SetMember(member="m1", attribute="label", value=1),
            SetMember(member="m1", attribute="label", value=8),
            ("members", "m1", "label"),
            (1, 8, 1),
        ),
    ],
)
def test_a_conflict_names_the_path_and_both_sides(
    mine: Operation, theirs: Operation, path: tuple[str, ...], values: tuple[Any, ...]
) -> None:
    operations = staged(mine)

    made = planned(operations, BASE, apply_all([theirs], BASE))

    (conflict,) = made.conflicts
    assert (conflict.path, conflict.operation_id, conflict.kind, conflict.key) == (path, operations[0].id, "toy", "toy")
    assert (conflict.base, conflict.theirs, conflict.mine) == values
    assert made.findings == ()
    assert not made.is_clean
    shown = conflict.as_dict()
    assert [side for side in ("base", "theirs", "mine") if side in shown] == [
        side for side, value in zip(("base", "theirs", "mine"), values, strict=True) if value is not MISSING
    ]


def test_two_changes_with_one_result_agree() -> None:
    edit = SetMember(member="m1", attribute="label", value=7)

    made = planned(staged(edit), BASE, apply_all([edit], BASE))

    assert made.is_clean
    assert made.definitions[0].replayed
    assert not made.definitions[0].is_changed


def test_an_addition_into_an_object_that_both_made_is_no_conflict() -> None:
    theirs = apply_all([SetAttribute(path=("sla", "pause"), value=1)], BASE)

    made = planned(staged(SetAttribute(path=("sla", "minutes"), value=5)), BASE, theirs)

    assert made.is_clean
    assert (made.definitions[0].after or {})["sla"] == {"pause": 1, "minutes": 5}


def test_a_collection_that_lost_its_last_member_still_takes_others() -> None:
    """What is quarantined, or overridden, is a map that goes when it is empty: another entry is no conflict."""
    base = {**BASE, "removed": {"m8": {"label": 8}}}
    head = {name: value for name, value in base.items() if name != "removed"}

    made = planned(staged(SetAttribute(path=("removed", "m9"), value={"label": 9})), base, head)

    assert made.is_clean
    assert (made.definitions[0].after or {})["removed"] == {"m9": {"label": 9}}


def test_a_definition_both_brought_is_compared_as_a_whole() -> None:
    """Adopted here, and defined by somebody else meanwhile: either can be chosen, nothing is written over unseen."""
    wanted = {"name": "Mine", "members": {}}
    operations = staged(Adopt(values=(AdoptedValue(path=(), value=wanted),)))
    (conflict,) = planned(operations, None, BASE).conflicts

    contents = {}
    for choice in (Choice.MINE, Choice.THEIRS):
        resolution = Resolution.of(conflict, choice)
        decided = plan({}, operations, states({"toy": BASE}), {}, resolutions=[resolution], kind=toy)
        assert decided.is_clean
        contents[choice] = decided.definitions[0].after

    assert (conflict.path, conflict.theirs, conflict.mine) == ((), BASE, wanted)
    assert contents == {Choice.MINE: wanted, Choice.THEIRS: BASE}


def test_an_operation_that_fits_only_the_moved_head_is_replayed_there() -> None:
    """The member came back meanwhile: the head decides what fits, not the base."""
    theirs = apply_all([AddMember(member="m3", definition={"label": 3})], BASE)

    made = planned(staged(SetMember(member="m3", attribute="label", value=4)), BASE, theirs)

    assert made.is_clean
    assert (made.definitions[0].after or {})["members"]["m3"] == {"label": 4}


def test_a_base_without_a_stored_digest_is_compared_by_its_content() -> None:
    unstored = {("toy", "toy"): DefinitionState("toy", "toy", {**BASE})}

    made = plan(unstored, staged(Retire()), states({"toy": BASE}), {}, kind=toy)

    assert not made.definitions[0].replayed
