"""EC-UI-009, EC-WNS-007, EC-AMB-30: a merge and its revert leave what was there, byte for byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.plan import Plan, plan
from apps.changes.core.reversal import MergedDefinition, Reversal, Step
from apps.changes.core.reversal import reversal_of as reversal_of_kinds
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.kernel.canonical import digest
from apps.metadata.core.content import Content, put
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import (
    NO_CONTEXT,
    Context,
    Define,
    Inverse,
    Operation,
    Retire,
    Reversibility,
    SetAttribute,
)
from apps.types.core.choice_operations import AddChoice
from apps.types.core.content_checks import check_choice_list, check_record_type, retypes
from apps.types.core.field_operations import AddField, RemoveField, RenameField, SetField
from tests.core.strategies import TOY
from tests.core.types import documents
from tests.core.types.documents import NAMES, ORDERS, identity

KINDS = {
    "record_type": replace(TOY, name="record_type", check=check_record_type, converts=retypes),
    "choice_list": replace(TOY, name="choice_list", check=check_choice_list),
}
INCIDENT: Content = {
    "name": "Incident",
    "status": "active",
    "fields": {identity(0): {"name": "title", "type": "string", "order": ORDERS[0]}},
}

Contents = Mapping[NodeId, Content]
reversal_of = partial(reversal_of_kinds, kind=KINDS.__getitem__)


@dataclass(frozen=True)
class Case:
    """Definitions as they are before a change, their base chains, and the operations of the change."""

    before: Contents
    contexts: Mapping[NodeId, Context]
    operations: tuple[StagedOperation, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Record types with and without a base and choice lists, some brought into being by the change."""
    before: dict[NodeId, Content] = {}
    contexts: dict[NodeId, Context] = {}
    wanted: list[tuple[NodeId, Operation]] = []
    for number in range(draw(st.integers(1, 3))):
        form = draw(st.sampled_from(["record_type", "derived", "choice_list"]))
        target = ("choice_list" if form == "choice_list" else "record_type", f"d{number}")
        context = NO_CONTEXT
        if form == "choice_list":
            content = draw(documents.choice_lists())
            operations = draw(documents.choice_operations(content))
        elif form == "record_type":
            content = draw(documents.record_types())
            operations = draw(documents.disjoint_operations(content, context))
        else:
            content = draw(documents.record_types(range(4), base="base"))
            context = Context(chain=(draw(documents.record_types(range(4, 8))),))
            operations = draw(documents.disjoint_operations(content, context))
        contexts[target] = context
        if draw(st.integers(0, 3)) == 0:
            operations = [Define(key=target[1], content=content), *operations]
        else:
            before[target] = content
        wanted += [(target, operation) for operation in operations]
    numbered = enumerate(draw(st.permutations(wanted)) if before == {} else wanted, 1)
    staged = [StagedOperation(UUID(int=n), n, *target, operation) for n, (target, operation) in numbered]
    return Case(before, contexts, tuple(_definitions_first(staged)))


def _definitions_first(staged: Sequence[StagedOperation]) -> list[StagedOperation]:
    ordered = sorted(staged, key=lambda one: (one.operation.type != "define", one.sequence))
    return [replace(one, id=UUID(int=number), sequence=number) for number, one in enumerate(ordered, 1)]


def planned(contents: Contents, operations: Sequence[StagedOperation], contexts: Mapping[NodeId, Context]) -> Plan:
    """The plan of a change on what it remembers."""
    states = {
        (kind, key): DefinitionState(kind, key, content, digest(content), 1)
        for (kind, key), content in contents.items()
    }
    return plan(states, operations, states, contexts, kind=KINDS.__getitem__)


def merged(contents: Contents, operations: Sequence[StagedOperation], contexts: Mapping[NodeId, Context]) -> Any:
    """The contents after a merge, and what is known of it afterwards; the plan has to be clean."""
    made = planned(contents, operations, contexts)
    assert made.is_clean, (made.findings, made.conflicts)
    after = dict(contents)
    definitions = []
    for one in made.definitions:
        if one.is_changed and one.after is not None:
            after[one.target] = one.after
            group = tuple(staged for staged in operations if staged.target == one.target)
            definitions.append(MergedDefinition(one.kind, one.key, one.before, one.after, group))
    return after, definitions


def as_change(steps: Sequence[Step]) -> list[StagedOperation]:
    return [
        StagedOperation(UUID(int=100 + n), n, step.kind, step.key, step.operation) for n, step in enumerate(steps, 1)
    ]


def digests(contents: Contents) -> dict[NodeId, str]:
    return {target: digest(content) for target, content in contents.items()}


@given(cases())
def test_merge_then_revert_gives_the_digests_before(case: Case) -> None:
    """EC-WNS-007: the former schema exactly. What did not exist is retired: a lineage never disappears (EC-EDGE-08)."""
    after, definitions = merged(case.before, case.operations, case.contexts)
    reversal = reversal_of(definitions, case.contexts)
    reverted, _ = merged(after, as_change(reversal.steps), case.contexts)
    for target, content in reverted.items():
        if target in case.before:
            assert digest(content) == digest(case.before[target])
        else:
            assert content == {**after[target], "status": "retired"}


@given(cases())
def test_reverting_a_revert_gives_the_digests_of_the_merge(case: Case) -> None:
    """A wrong click on “Revert” is undone by another one, for every definition, new ones too."""
    after, definitions = merged(case.before, case.operations, case.contexts)
    first = reversal_of(definitions, case.contexts)
    reverted, undone = merged(after, as_change(first.steps), case.contexts)
    second = reversal_of(undone, case.contexts)
    restored, _ = merged(reverted, as_change(second.steps), case.contexts)
    assert digests(restored) == digests(after)


@given(cases(), st.integers(0, 9))
def test_a_resolution_is_undone_with_the_rest(case: Case, value: int) -> None:
    """What a person decided in a conflict is in no operation; the revert takes it back all the same."""
    after, definitions = merged(case.before, case.operations, case.contexts)
    decided = [replace(one, after=put(one.after, ("description",), f"decided {value}")) for one in definitions]
    contents = after | {one.target: one.after for one in decided}
    reverted, _ = merged(contents, as_change(reversal_of(decided, case.contexts).steps), case.contexts)
    for one in decided:
        if one.before is not None:
            assert digest(reverted[one.target]) == digest(one.before)


@given(cases())
def test_a_reversal_is_a_function_of_its_inputs(case: Case) -> None:
    _, definitions = merged(case.before, case.operations, case.contexts)
    one, other = reversal_of(definitions, case.contexts), reversal_of(definitions[::-1], case.contexts)
    assert one.as_dict() == other.as_dict()


def reverting(before: Content | None, *operations: Operation, after: Content | None = None) -> Reversal:
    """The reversal of a change of one record type."""
    target = ("record_type", "incident")
    staged = [StagedOperation(UUID(int=n), n, *target, operation) for n, operation in enumerate(operations, 1)]
    content = before
    for operation in operations if after is None else ():
        content = operation.apply(content, NO_CONTEXT)
    met = after if after is not None else content
    assert met is not None
    return reversal_of([MergedDefinition(*target, before, met, tuple(staged))])


def types_of(reversal: Reversal) -> list[str]:
    return [step.operation.type for step in reversal.steps]


def test_what_was_done_last_is_undone_first() -> None:
    rename = RenameField(field=identity(0), old_name="title", new_name="subject")
    label = SetAttribute(path=("name",), value="Ticket")
    assert types_of(reverting(INCIDENT, rename, label)) == ["set_attribute", "rename_field"]


def test_what_the_change_defined_is_retired_and_not_emptied() -> None:
    """EC-EDGE-08: a type that was made with its fields keeps them, out of use."""
    define = Define(key="incident", content=INCIDENT)
    field = AddField(field=identity(1), name=NAMES[1], definition={"name": NAMES[1], "type": "string", "order": "b"})
    reversal = reverting(None, define, field)
    assert reversal.steps == (Step("record_type", "incident", Retire()),)


def test_what_was_defined_and_retired_at_once_leaves_nothing_to_undo() -> None:
    assert reverting(None, Define(key="incident", content=INCIDENT), Retire()).steps == ()


def test_operations_that_ended_where_they_began_are_not_undone() -> None:
    same = SetAttribute(path=("name",), value="Incident")
    other = SetAttribute(path=("description",), value="All of them")
    assert types_of(reverting(INCIDENT, same, other)) == ["set_attribute"]


def test_a_removed_field_comes_back_under_its_id() -> None:
    """EC-AMB-30: the values that records kept are seen again, because the id is the same."""
    reversal = reverting(INCIDENT, RemoveField(field=identity(0), name="title"))
    (step,) = reversal.steps
    assert (step.operation.type, step.operation.payload()["field"]) == ("restore_field", identity(0))


def test_a_retype_is_named_as_coming_back_in_part_only() -> None:
    """Whoever reverts it knows that converted values need not be what they were."""
    retype = SetField(field=identity(0), name="title", definition={"type": "number"})
    reversal = reverting(INCIDENT, retype, SetAttribute(path=("name",), value="Ticket"))
    assert reversal.reversibility == Reversibility.LOSSY
    assert [verdict.operation.operation for verdict in reversal.those(Reversibility.LOSSY)] == [retype]
    assert len(reversal.those(Reversibility.LOSSLESS)) == 1


def test_a_resolution_that_retyped_a_field_is_named_as_coming_back_in_part_only() -> None:
    """No operation says so: the type was decided by hand, between two sides."""
    label = SetField(field=identity(0), name="title", definition={"label": "Title"})
    decided = put(label.apply(INCIDENT, NO_CONTEXT), ("fields", identity(0), "type"), "number")
    assert reverting(INCIDENT, label).reversibility == Reversibility.LOSSLESS
    assert reverting(INCIDENT, label, after=decided).reversibility == Reversibility.LOSSY


class Burn(SetAttribute):
    """An operation that nothing undoes."""

    type: ClassVar[str] = "burn"

    def invert(self, content: Content | None, context: Context) -> Inverse:
        return Inverse(None, Reversibility.IRREVERSIBLE)


def test_what_cannot_be_undone_is_named_and_the_definition_goes_back() -> None:
    """The content is known from the snapshot; what the operation burnt besides is not."""
    burn = Burn(path=("description",), value="ash")
    reversal = reverting(INCIDENT, burn)
    assert [verdict.operation.operation for verdict in reversal.those(Reversibility.IRREVERSIBLE)] == [burn]
    (step,) = reversal.steps
    assert step.operation.apply(burn.apply(INCIDENT, NO_CONTEXT), NO_CONTEXT) == INCIDENT


def test_inverses_that_would_meet_in_one_change_are_one_difference() -> None:
    """A change whose operations claim a thing twice is refused by its own guard; its revert must not be such a one."""
    reversal = reverting(
        INCIDENT, SetAttribute(path=("name",), value="Other"), SetAttribute(path=("name",), value="Ticket")
    )
    assert types_of(reversal) == ["adopt"]


def test_what_does_not_fit_the_content_any_more_is_undone_by_the_difference() -> None:
    content = {"name": "List", "status": "active", "items": {"a": {"order": "a", "label": "A", "active": True}}}
    again = AddChoice(value="a", item={"order": "b", "label": "B", "active": True})
    reversal = reverting(content, again, after={**content, "name": "Named"})
    assert types_of(reversal) == ["adopt"]
