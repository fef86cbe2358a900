"""Plans of real record types: the size people reach, and the operations they use."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.approval import approval_digest
from apps.changes.core.plan import DefinitionState, Plan, StagedOperation, plan
from apps.kernel.canonical import digest, lineage_id
from apps.metadata.core.content import same
from apps.metadata.core.findings import Finding
from apps.metadata.core.operations import Operation, Retire, SetAttribute
from apps.metadata.core.ordering import spread
from apps.metadata.core.sequence import apply_all, invert_all
from apps.types.core.content_checks import check_record_type
from apps.types.core.field_operations import AddField, RemoveField, RenameField, SetField
from tests.core.strategies import TOY

Content = dict[str, Any]

ROOT = Path(__file__).parents[3]
TARGET = ("record_type", "incident")
RECORD_TYPE = replace(TOY, name="record_type", check=check_record_type)
OLD, NEW = UUID(int=1), UUID(int=2)
ORDERS = spread(2_000)


def record_type(count: int) -> Content:
    fields = {
        lineage_id(OLD, number): {"order": ORDERS[number], "name": f"field_{number}", "label": "L", "type": "string"}
        for number in range(count)
    }
    return {"name": "Incident", "status": "active", "fields": fields}


def additions(count: int, behind: int) -> list[Operation]:
    return [
        AddField(
            field=lineage_id(NEW, number),
            name=f"new_{number}",
            definition={"order": ORDERS[behind + number], "name": f"new_{number}", "label": "L", "type": "string"},
        )
        for number in range(count)
    ]


def planned(operations: list[Operation], base: Content, head: Content | None = None) -> Plan:
    def state(content: Content, number: int) -> DefinitionState:
        return DefinitionState(*TARGET, content, digest(content), number)

    staged = [StagedOperation(UUID(int=n), n, *TARGET, operation) for n, operation in enumerate(operations, 1)]
    heads = {TARGET: state(base if head is None else head, 2)}
    return plan({TARGET: state(base, 1)}, staged, heads, {}, kind=lambda _: RECORD_TYPE)


def seconds_for_a_thousand_operations() -> float:
    """Processor time for planning a thousand additions to a thousand fields, on a head that moved."""
    base = record_type(1_000)
    operations = additions(1_000, behind=1_000)

    started = process_time()
    made = planned(operations, base, {**base, "description": "moved"})
    taken = process_time() - started

    assert made.is_clean
    assert len(made.definitions[0].differences) == 1_000
    return taken


def test_a_thousand_operations_on_a_thousand_fields_take_well_below_a_second() -> None:
    """In a process of its own, where no coverage is traced."""
    program = f"import {__name__} as here; print(here.seconds_for_a_thousand_operations())"

    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert float(printed.stdout) < 1.0


def test_a_content_is_checked_once_however_many_operations_there_are() -> None:
    checked: list[int] = []

    def counting(content: Content) -> list[Finding]:
        checked.append(len(content["fields"]))
        return []

    base = record_type(3)
    heads = {TARGET: DefinitionState(*TARGET, base, digest(base), 1)}
    staged = [StagedOperation(UUID(int=n), n, *TARGET, op) for n, op in enumerate(additions(50, behind=3), 1)]

    plan(heads, staged, heads, {}, kind=lambda _: replace(RECORD_TYPE, check=counting))

    assert checked == [53]


def operation_on(number: int) -> st.SearchStrategy[Operation]:
    field, name = lineage_id(OLD, number), f"field_{number}"
    return st.sampled_from(
        [
            SetField(field=field, name=name, definition={"label": "Other", "required": True}),
            SetField(field=field, name=name, definition={"max_length": 5}),
            RemoveField(field=field, name=name),
            RenameField(field=field, old_name=name, new_name=f"renamed_{number}"),
        ]
    )


@st.composite
def disjoint_operations(draw: st.DrawFn, first: int = 0) -> list[Operation]:
    operations = [draw(operation_on(number)) for number in draw(st.sets(st.integers(first, first + 4)))]
    operations += additions(draw(st.integers(0, 3)), behind=20)
    if draw(st.booleans()):
        operations.append(SetAttribute(path=("description",), value="New"))
    if draw(st.booleans()):
        operations.append(Retire())
    return draw(st.permutations(operations))


@given(disjoint_operations())
def test_undoing_a_change_gives_back_the_record_type(operations: list[Operation]) -> None:
    base = record_type(10)

    undo = invert_all(operations, base)

    assert same(apply_all(undo.operations, apply_all(operations, base)), base)


@given(disjoint_operations(), st.randoms())
def test_the_order_of_disjoint_operations_does_not_change_the_digest(operations: list[Operation], random: Any) -> None:
    """EC-EXE-032, EC-EXE-036."""
    base = record_type(10)
    shuffled = list(operations)
    random.shuffle(shuffled)

    one, other = planned(operations, base), planned(shuffled, base)

    assert [planned.digest_after for planned in one.definitions] == [
        planned.digest_after for planned in other.definitions
    ]


@given(disjoint_operations())
def test_an_approval_survives_what_others_merged_elsewhere(operations: list[Operation]) -> None:
    base = record_type(10)
    elsewhere = SetField(field=lineage_id(OLD, 9), name="field_9", definition={"label": "Theirs"})

    calm = planned(operations, base)
    moved = planned(operations, base, apply_all([elsewhere], base))

    assert moved.is_clean
    assert approval_digest(moved, []) == approval_digest(calm, [])


def test_renaming_into_a_name_that_was_taken_meanwhile_is_refused() -> None:
    """EC-EDGE-09: the second of two that both make x is told FIELD_EXISTS."""
    base = record_type(2)
    (theirs, *_) = additions(1, behind=5)
    mine = RenameField(field=lineage_id(OLD, 0), old_name="field_0", new_name="new_0")

    made = planned([mine], base, apply_all([theirs], base))

    assert [finding.code for finding in made.findings] == ["FIELD_EXISTS"]
    assert not made.conflicts
