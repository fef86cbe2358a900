"""Resolutions: what was decided stands while both sides are what was seen, and survives every rebase."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from apps.changes.core.approval import approval_digest
from apps.changes.core.plan import Plan, StagedOperation, plan
from apps.changes.core.rebase import rebased
from apps.changes.core.resolution import Choice, Resolution, suggestion
from apps.metadata.core.content import MISSING, get, same
from apps.metadata.core.operations import Operation, Retire, SetAttribute
from apps.metadata.core.sequence import apply_all
from tests.core.changes.planning import Content, staged, states
from tests.core.strategies import AddMember, DropMember, SetMember, disjoint_operations, toy, toys

BASE: Content = {"name": "Toy", "status": "active", "members": {"m1": {"label": 1, "size": 1}, "m2": {"label": 2}}}
LABEL = ("members", "m1", "label")
MINE = SetMember(member="m1", attribute="label", value=7)
THEIRS = SetMember(member="m1", attribute="label", value=8)


def made(
    operations: list[StagedOperation],
    head: Content | None,
    resolutions: list[Resolution] | tuple[Resolution, ...] = (),
    base: Content | None = BASE,
) -> Plan:
    return plan(states({"toy": base}), operations, states({"toy": head}), {}, resolutions=resolutions, kind=toy)


def after(planned: Plan) -> Content:
    content = planned.definitions[0].after
    assert content is not None
    return content


def moved(*operations: Operation, on: Content | None = BASE) -> Content:
    content = apply_all(list(operations), on)
    assert content is not None
    return content


@pytest.mark.parametrize(
    ("choice", "value", "expected"), [(Choice.MINE, MISSING, 7), (Choice.THEIRS, MISSING, 8), (Choice.EDITED, 3, 3)]
)
def test_a_resolution_says_whose_value_stands(choice: Choice, value: Any, expected: int) -> None:
    head, operations = moved(THEIRS), staged(MINE)
    (conflict,) = made(operations, head).conflicts

    decided = made(operations, head, [Resolution.of(conflict, choice, value)])

    assert decided.is_clean
    assert [one.conflict for one in decided.settled] == [conflict]
    assert get(after(decided), LABEL) == expected


def test_what_was_taken_away_is_brought_back_whole() -> None:
    """The operation itself would be refused: there is nothing left to set a label on."""
    head, operations = moved(DropMember(member="m1")), staged(MINE)
    (conflict,) = made(operations, head).conflicts

    mine = made(operations, head, [Resolution.of(conflict, Choice.MINE)])
    theirs = made(operations, head, [Resolution.of(conflict, Choice.THEIRS)])
    edited = made(operations, head, [Resolution.of(conflict, Choice.EDITED, {"label": 3})])

    assert conflict.path == ("members", "m1")
    assert (mine.is_clean, theirs.is_clean, edited.is_clean) == (True, True, True)
    assert after(mine)["members"]["m1"] == {"label": 7, "size": 1}
    assert "m1" not in after(theirs)["members"]
    assert after(edited)["members"]["m1"] == {"label": 3}


def test_what_the_change_takes_away_can_be_kept_as_they_have_it() -> None:
    head, operations = moved(THEIRS), staged(DropMember(member="m1"))
    (conflict,) = made(operations, head).conflicts

    theirs = made(operations, head, [Resolution.of(conflict, Choice.THEIRS)])
    mine = made(operations, head, [Resolution.of(conflict, Choice.MINE)])

    assert after(theirs)["members"]["m1"] == {"label": 8, "size": 1}
    assert "m1" not in after(mine)["members"]


def test_an_edited_value_is_judged_by_the_kind() -> None:
    head, operations = (
        moved(SetMember(member="m1", attribute="size", value=2)),
        staged(SetMember(member="m1", attribute="size", value=3)),
    )
    (conflict,) = made(operations, head).conflicts

    decided = made(operations, head, [Resolution.of(conflict, Choice.EDITED, -1)])

    assert [finding.code for finding in decided.findings] == ["NEGATIVE_SIZE"]
    assert not decided.is_clean


def test_a_side_that_moves_again_opens_the_conflict_and_leaves_the_decision_as_a_suggestion() -> None:
    operations = staged(MINE)
    (conflict,) = made(operations, moved(THEIRS)).conflicts
    resolution = Resolution.of(conflict, Choice.THEIRS)
    further = moved(SetMember(member="m1", attribute="label", value=9))

    again = made(operations, further, [resolution])

    assert [(one.theirs, one.mine) for one in again.conflicts] == [(9, 7)]
    assert suggestion(again.conflicts[0], [resolution]) == resolution
    assert made(operations, moved(THEIRS), [resolution]).is_clean
    assert made(staged(MINE.model_copy(update={"value": 6})), moved(THEIRS), [resolution]).conflicts != ()


def test_a_side_that_moves_elsewhere_leaves_the_decision_in_force() -> None:
    operations = staged(MINE)
    (conflict,) = made(operations, moved(THEIRS)).conflicts
    resolution = Resolution.of(conflict, Choice.THEIRS)

    again = made(operations, moved(THEIRS, SetAttribute(path=("name",), value="Top")), [resolution])

    assert again.is_clean
    assert get(after(again), LABEL) == 8


def test_a_decision_ends_with_its_operation() -> None:
    (conflict,) = made(staged(MINE), moved(THEIRS)).conflicts
    other = staged(SetMember(member="m2", attribute="label", value=5), first=9)

    planned = made(other, moved(THEIRS), [Resolution.of(conflict, Choice.EDITED, 3)])

    assert planned.settled == ()
    assert get(after(planned), LABEL) == 8


def test_a_decision_is_part_of_what_is_approved() -> None:
    head, operations = moved(THEIRS), staged(MINE)
    (conflict,) = made(operations, head).conflicts
    digests = {
        approval_digest(made(operations, head, [Resolution.of(conflict, choice, value)]), [])
        for choice, value in ((Choice.MINE, MISSING), (Choice.THEIRS, MISSING), (Choice.EDITED, 8), (Choice.EDITED, 3))
    }
    unresolved = approval_digest(made(operations, head), [])

    assert len(digests | {unresolved}) == 5


@pytest.mark.parametrize("operation", [DropMember(member="m1"), Retire()])
def test_what_both_did_is_done_and_no_conflict(operation: Operation) -> None:
    planned = made(staged(operation), moved(operation))

    assert planned.is_clean
    assert not planned.definitions[0].is_changed
    assert planned.definitions[0].needs_base


def test_a_whole_that_both_made_differently_is_a_conflict() -> None:
    mine, theirs = AddMember(member="m3", definition={"label": 1}), AddMember(member="m3", definition={"label": 2})
    (conflict,) = made(staged(mine), moved(theirs)).conflicts

    decided = made(staged(mine), moved(theirs), [Resolution.of(conflict, Choice.MINE)])

    assert (conflict.path, conflict.base) == (("members", "m3"), MISSING)
    assert decided.is_clean
    assert after(decided)["members"]["m3"] == {"label": 1}


def test_what_is_no_object_any_more_is_compared_as_a_whole() -> None:
    base = {**BASE, "sla": {"minutes": 1, "pause": 2}}
    operations = staged(SetAttribute(path=("sla", "minutes"), value=5))
    head = {**base, "sla": "none"}
    (conflict,) = made(operations, head, base=base).conflicts

    decided = made(operations, head, [Resolution.of(conflict, Choice.MINE)], base=base)

    assert (conflict.path, conflict.theirs) == (("sla",), "none")
    assert after(decided)["sla"] == {"minutes": 5, "pause": 2}


def choices(plan: Plan) -> st.SearchStrategy[list[Resolution]]:
    """A decision about each of the conflicts."""

    def of(conflict: Any) -> st.SearchStrategy[Resolution]:
        value = conflict.mine if conflict.theirs is MISSING else conflict.theirs
        return st.sampled_from(list(Choice)).map(lambda choice: Resolution.of(conflict, choice, value))

    return st.tuples(*map(of, plan.conflicts)).map(list)


@st.composite
def meetings(draw: st.DrawFn) -> tuple[Content, list[StagedOperation], Content]:
    """A base, a change on it, and a head that moved by other operations."""
    base = draw(toys)
    mine, theirs = draw(disjoint_operations(base)), draw(disjoint_operations(base))
    assume(mine and theirs)
    return base, staged(*mine), moved(*theirs, on=base)


@given(st.data(), meetings())
def test_deciding_every_conflict_settles_it(
    data: st.DataObject, met: tuple[Content, list[StagedOperation], Content]
) -> None:
    base, operations, head = met
    resolutions = data.draw(choices(made(operations, head, base=base)))

    decided = made(operations, head, resolutions, base=base)

    assert decided.conflicts == ()
    assert len(decided.settled) == len(resolutions)
    for one in decided.settled:
        assert same(get(after(decided), one.conflict.path), one.resolution.result(one.conflict.theirs))


@given(st.data(), meetings())
def test_rebasing_with_resolutions_alters_nothing_and_is_idempotent(
    data: st.DataObject, met: tuple[Content, list[StagedOperation], Content]
) -> None:
    """metadata.md section 8, Infrahub 28: a recorded resolution is not forgotten on rebase."""
    base, operations, head = met
    resolutions = data.draw(choices(made(operations, head, base=base)))
    left = data.draw(st.integers(0, 1)) if resolutions else 0
    resolutions = resolutions[left:]
    before = made(operations, head, resolutions, base=base)
    bases, heads = states({"toy": base}), states({"toy": head})

    once = rebased(before, bases, heads)
    again = plan(once.bases, operations, heads, {}, resolutions=once.resolutions, kind=toy)
    twice = rebased(again, once.bases, heads)

    event(f"follows: {not before.definitions[0].needs_base}, settled: {bool(before.settled)}")
    assert again.digest_material() == before.digest_material()
    assert {conflict.place for conflict in again.conflicts} == {conflict.place for conflict in before.conflicts}
    assert [finding.code for finding in again.findings] == [finding.code for finding in before.findings]
    assert same(again.definitions[0].after, before.definitions[0].after)
    assert twice == once


@given(st.data(), meetings(), st.sampled_from(["name", "description"]))
def test_decisions_survive_a_rebase_and_a_head_that_moves_on_elsewhere(
    data: st.DataObject, met: tuple[Content, list[StagedOperation], Content], attribute: str
) -> None:
    base, operations, head = met
    assume(not any(isinstance(one.operation, SetAttribute) for one in operations))
    resolutions = data.draw(choices(made(operations, head, base=base)))
    before = made(operations, head, resolutions, base=base)
    once = rebased(before, states({"toy": base}), states({"toy": head}))
    further = {**head, attribute: "written by somebody else"}

    again = plan(once.bases, operations, states({"toy": further}), {}, resolutions=once.resolutions, kind=toy)

    assert again.conflicts == ()
    assert [one.resolution.as_dict() for one in again.settled] == [one.resolution.as_dict() for one in before.settled]


@given(st.data(), meetings())
def test_a_plan_with_resolutions_does_not_depend_on_their_order(
    data: st.DataObject, met: tuple[Content, list[StagedOperation], Content]
) -> None:
    base, operations, head = met
    resolutions = data.draw(choices(made(operations, head, base=base)))
    shuffled = data.draw(st.permutations(resolutions))
    strange = [replace(one, operation_ids=frozenset({UUID(int=999)}), value=5) for one in resolutions]

    assert (
        made(operations, head, [*shuffled, *strange], base=base).as_bytes()
        == made(operations, head, resolutions, base=base).as_bytes()
    )
