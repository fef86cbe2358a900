"""Merging is commutative where nothing conflicts: what an environment runs does not hang on who was faster."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from uuid import UUID

from hypothesis import event, given, settings
from hypothesis import strategies as st

from apps.changes.core.plan import Plan, plan
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.kernel.canonical import digest
from apps.metadata.core.content import Content, same
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import NO_CONTEXT, Operation
from apps.types.core.content_checks import check_choice_list, check_record_type, live_fields
from tests.core.strategies import TOY
from tests.core.types import documents

KINDS = {
    "record_type": replace(TOY, name="record_type", check=check_record_type, tidy=live_fields),
    "choice_list": replace(TOY, name="choice_list", check=check_choice_list),
}
TYPE, LIST = ("record_type", "incident"), ("choice_list", "priority")

Contents = Mapping[NodeId, Content]
Work = list[tuple[NodeId, Operation]]


def states(contents: Contents) -> dict[NodeId, DefinitionState]:
    return {
        target: DefinitionState(*target, content, digest(content), 1)
        for target, content in contents.items()
    }  # fmt: skip


def merged(base: Contents, changes: Sequence[Work]) -> tuple[dict[NodeId, Content], list[Plan]]:
    """The contents after changes that all remember the same base, one after the other; a refused one leaves nothing."""
    now, plans = dict(base), []
    for work in changes:
        staged = [StagedOperation(UUID(int=n), n, *target, operation) for n, (target, operation) in enumerate(work, 1)]
        made = plan(states(base), staged, states(now), {}, kind=KINDS.__getitem__)
        plans.append(made)
        if made.is_clean:
            now |= {one.target: one.after for one in made.definitions if one.after is not None}
    return now, plans


@st.composite
def contents(draw: st.DrawFn) -> Contents:
    return {TYPE: draw(documents.record_types()), LIST: draw(documents.choice_lists())}


@st.composite
def works(draw: st.DrawFn, base: Contents) -> Work:
    """What one change does: operations that fit the base and alter it. Forgetting is left to reverts."""
    drawn = {
        TYPE: draw(documents.disjoint_operations(base[TYPE], NO_CONTEXT)),
        LIST: draw(documents.choice_operations(base[LIST])),
    }
    return [
        (target, operation)
        for target, operations in drawn.items()
        for operation in operations
        if not getattr(operation, "forget", False) and not same(operation.apply(base[target], NO_CONTEXT), base[target])
    ]


@settings(max_examples=50)
@given(st.data(), contents())
def test_changes_that_do_not_meet_give_the_same_in_every_order(data: st.DataObject, base: Contents) -> None:
    """Each operation is one change's, or that of two who wanted the same."""
    changes: tuple[Work, Work, Work] = ([], [], [])
    for step in data.draw(works(base)):
        for index in data.draw(st.sets(st.integers(0, 2), min_size=1, max_size=2)):
            changes[index].append(step)

    outcomes = [merged(base, order) for order in permutations(changes)]

    for now, plans in outcomes:
        assert [made.is_clean for made in plans] == [True] * 3, [made.as_dict() for made in plans]
        assert {target: digest(content) for target, content in now.items()} == {
            target: digest(content) for target, content in outcomes[0][0].items()
        }


@settings(max_examples=50)
@given(st.data(), contents())
def test_whether_two_changes_get_in_each_others_way_does_not_hang_on_the_order(
    data: st.DataObject, base: Contents
) -> None:
    one, other = data.draw(works(base)), data.draw(works(base))

    here, (_, second) = merged(base, [one, other])
    there, (_, later) = merged(base, [other, one])

    event(f"clean: {second.is_clean}")
    assert second.is_clean == later.is_clean
    if second.is_clean:
        assert {target: digest(content) for target, content in here.items()} == {
            target: digest(content) for target, content in there.items()
        }
