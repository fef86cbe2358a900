"""The laws of resolutions with the operations of record types, which move fields between use and quarantine."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.changes.core.plan import DefinitionState, Plan, StagedOperation, plan
from apps.changes.core.rebase import rebased
from apps.changes.core.resolution import Choice, Resolution
from apps.kernel.canonical import digest, lineage_id
from apps.metadata.core.adoption import Adopt, AdoptedValue
from apps.metadata.core.content import MISSING, get, same
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Operation, Reversibility
from apps.metadata.core.sequence import apply_all
from apps.types.core.content_checks import check_record_type, live_fields, retypes
from apps.types.core.field_operations import RemoveField, SetField
from tests.core.changes.test_plan_of_record_types import OLD, TARGET, Content, disjoint_operations, record_type
from tests.core.strategies import TOY

KIND = replace(TOY, name="record_type", check=check_record_type, tidy=live_fields, converts=retypes)

Met = tuple[Content, list[StagedOperation], Content]


def at(content: Content, number: int) -> dict[NodeId, DefinitionState]:
    return {TARGET: DefinitionState(*TARGET, content, digest(content), number)}


def made(met: Met, resolutions: list[Resolution] | tuple[Resolution, ...] = ()) -> Plan:
    base, operations, head = met
    return plan(at(base, 1), operations, at(head, 2), {}, resolutions=resolutions, kind=lambda _: KIND)


def staged(operations: list[Operation]) -> list[StagedOperation]:
    return [StagedOperation(UUID(int=n), n, *TARGET, operation) for n, operation in enumerate(operations, 1)]


@st.composite
def meetings(draw: st.DrawFn) -> Met:
    base = record_type(6)
    mine, theirs = draw(disjoint_operations()), draw(disjoint_operations())
    head = apply_all([one for one in theirs if one.type != "add_field"], base)
    assert head is not None
    assume(mine and head != base)
    return base, staged(mine), head


def decisions(made: Plan) -> st.SearchStrategy[list[Resolution]]:
    def of(conflict: Any) -> st.SearchStrategy[Resolution]:
        value = conflict.mine if conflict.theirs is MISSING else conflict.theirs
        return st.sampled_from(list(Choice)).map(lambda choice: Resolution.of(conflict, choice, value))

    return st.tuples(*map(of, made.conflicts)).map(list)


@given(st.data(), meetings())
def test_what_was_decided_stands_and_no_field_is_in_two_places(data: st.DataObject, met: Met) -> None:
    resolutions = data.draw(decisions(made(met)))

    decided = made(met, resolutions)

    content = decided.definitions[0].after
    assert content is not None
    assert decided.conflicts == ()
    assert not content.get("fields", {}).keys() & content.get("removed", {}).keys()
    for one in decided.settled:
        if one.conflict.path[0] != "removed":
            assert same(get(content, one.conflict.path), one.resolution.result(one.conflict.theirs))


@given(st.data(), meetings())
def test_a_rebase_alters_nothing_and_twice_is_once(data: st.DataObject, met: Met) -> None:
    _, operations, head = met
    resolutions = data.draw(decisions(made(met)))
    before = made(met, resolutions)

    once = rebased(before, at(met[0], 1), at(head, 2))
    again = plan(once.bases, operations, at(head, 2), {}, resolutions=once.resolutions, kind=lambda _: KIND)

    assert again.digest_material() == before.digest_material()
    assert same(again.definitions[0].after, before.definitions[0].after)
    assert [finding.code for finding in again.findings] == [finding.code for finding in before.findings]
    assert rebased(again, once.bases, at(head, 2)) == once


@given(meetings())
def test_deciding_for_them_everywhere_keeps_what_they_have(met: Met) -> None:
    """Only what did not meet is added to it."""
    plain = made(met)
    theirs = made(met, [Resolution.of(conflict, Choice.THEIRS) for conflict in plain.conflicts])

    touched = [conflict.path for conflict in plain.conflicts]
    for difference in theirs.definitions[0].differences:
        assert not any(difference.path[: len(path)] == path for path in touched), difference


def test_a_type_that_is_decided_by_hand_is_no_lossless_change() -> None:
    """No operation of it says so, and yet values are converted: who approves, and the risk, have to know."""
    base = record_type(2)
    field = lineage_id(OLD, 0)
    head = apply_all([RemoveField(field=field, name="field_0")], base)
    assert head is not None
    met = (base, staged([SetField(field=field, name="field_0", definition={"label": "Mine"})]), head)
    (conflict,) = made(met).conflicts

    classes = {
        type_name: made(met, [Resolution.of(conflict, Choice.EDITED, {**conflict.mine, "type": type_name})])
        for type_name in ("string", "number")
    }

    assert all(decided.is_clean for decided in classes.values())
    assert {name: set(decided.reversibility.values()) for name, decided in classes.items()} == {
        "string": {Reversibility.LOSSLESS}, "number": {Reversibility.LOSSY},
    }  # fmt: skip


def test_an_adopted_type_is_no_lossless_change_either() -> None:
    base = record_type(1)
    values = AdoptedValue(path=("fields", lineage_id(OLD, 0), "type"), value="number")

    planned = made((base, staged([Adopt(values=(values,))]), base))

    assert set(planned.reversibility.values()) == {Reversibility.LOSSY}
