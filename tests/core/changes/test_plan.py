"""The plan: what a merge would write is known beforehand, whole and without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.plan import plan
from apps.kernel import kinds
from apps.kernel.canonical import digest
from apps.metadata.core.content import same
from apps.metadata.core.diff import apply_differences
from apps.metadata.core.findings import Severity
from apps.metadata.core.operations import Define, Retire, Reversibility, SetAttribute
from apps.metadata.core.sequence import apply_all
from tests.core.changes.planning import Content, planned, staged, states
from tests.core.strategies import AddMember, DropMember, SetMember, disjoint_operations, toy, toys

BASE: Content = {"name": "Toy", "status": "active", "members": {"m1": {"label": 1}, "m2": {"label": 2}}}


@given(st.data())
def test_a_plan_holds_what_applying_the_operations_gives(data: st.DataObject) -> None:
    """EC-EXE-012: transforms in sequence, no I/O."""
    content = data.draw(toys)
    operations = data.draw(disjoint_operations(content))

    made = planned(staged(*operations), content, content)

    if operations:
        (definition,) = made.definitions
        assert same(definition.after, apply_all(operations, content))
        assert definition.digest_after == digest(definition.after)
        assert same(apply_differences(content, definition.differences), definition.after)
        assert definition.is_changed == (not same(definition.after, content))
        assert not definition.replayed
    assert made.is_clean
    assert set(made.reversibility.values()) <= {Reversibility.LOSSLESS}


@given(st.data())
def test_the_order_in_which_operations_were_staged_does_not_change_the_contents(data: st.DataObject) -> None:
    """EC-EXE-032."""
    content = data.draw(toys)
    operations = data.draw(disjoint_operations(content))
    shuffled = data.draw(st.permutations(operations))

    one, other = planned(staged(*operations), content, content), planned(staged(*shuffled), content, content)

    assert [definition.as_dict() for definition in one.definitions] == [
        definition.as_dict() for definition in other.definitions
    ]


def test_every_refused_operation_is_told_and_the_rest_is_planned() -> None:
    """EC-EXE-008, EC-EXE-011: all errors, not just the first; a later one is not misled by an earlier one."""
    operations = staged(
        DropMember(member="nobody"),
        SetMember(member="m1", attribute="label", value=5),
        AddMember(member="m2", definition={}),
    )

    made = planned(operations, BASE, BASE)

    assert [(finding.code, finding.operation_id) for finding in made.findings] == [
        ("MEMBER_NOT_FOUND", operations[0].id),
        ("MEMBER_EXISTS", operations[2].id),
    ]
    assert made.findings[0].message == "Drop nobody: There is no nobody."
    assert made.findings[0].details == {"operation": "drop_member"}
    assert made.definitions[0].after == {**BASE, "members": {"m1": {"label": 5}, "m2": {"label": 2}}}
    assert set(made.reversibility) == {operations[1].id}
    assert not made.is_clean


def test_the_content_is_checked_as_it_will_be() -> None:
    made = planned(staged(SetMember(member="m1", attribute="size", value=-1)), BASE, BASE)

    (finding,) = made.findings
    assert (finding.severity, finding.code, finding.kind, finding.key) == (
        Severity.ERROR,
        "NEGATIVE_SIZE",
        "toy",
        "toy",
    )
    assert finding.path == ("members", "m1", "size")


def test_a_definition_is_defined_and_filled_in_one_change() -> None:
    operations = staged(
        Define(key="toy", content={"name": "New", "status": "draft"}), AddMember(member="m1", definition={})
    )

    made = planned(operations, None, None)

    (definition,) = made.definitions
    assert made.is_clean
    assert (definition.before, definition.digest_before, definition.number_before) == (None, None, None)
    assert definition.after == {"name": "New", "status": "draft", "members": {"m1": {}}}
    assert [difference.path for difference in definition.differences] == [()]


def test_a_definition_that_does_not_exist_takes_no_operation() -> None:
    made = planned(staged(Retire(), SetAttribute(path=("name",), value="x")), None, None)

    assert [finding.code for finding in made.findings] == ["DEFINITION_NOT_FOUND"] * 2
    assert made.definitions[0].after is None
    assert not made.definitions[0].is_changed


def test_defining_what_another_change_defined_meanwhile_is_refused() -> None:
    made = planned(staged(Define(key="toy", content={"name": "Mine"})), None, {"name": "Theirs", "members": {}})

    assert [finding.code for finding in made.findings] == ["DEFINITION_EXISTS"]
    assert not made.conflicts
    assert made.definitions[0].after == {"name": "Theirs", "members": {}}


def test_operations_that_end_where_they_began_write_no_revision() -> None:
    """EC-EXE-015."""
    made = planned(staged(SetMember(member="m1", attribute="label", value=1)), BASE, BASE)

    assert not made.definitions[0].is_changed
    assert made.definitions[0].differences == ()


def test_operations_that_touch_the_same_are_refused_again_in_the_plan() -> None:
    """EC-EXE-033, EC-EDGE-01: forged rows do not get past the guard of staging."""
    operations = staged(DropMember(member="m1"), AddMember(member="m1", definition={}))

    made = planned(operations, BASE, BASE)

    assert [(finding.code, finding.operation_id) for finding in made.findings] == [("CONFLICTING_OP", operations[1].id)]


def test_a_number_that_json_readers_would_round_is_an_error() -> None:
    """Stored before it was refused, or forged: planned as an error, not as a crash."""
    forged = SetAttribute.model_construct(path=("name",), value=2**60, clear=False)

    made = planned(staged(forged), BASE, BASE)

    assert [finding.code for finding in made.findings] == ["NOT_CANONICAL"]
    assert not made.definitions[0].is_changed
    assert made.as_bytes()


def test_definitions_come_by_kind_and_key_and_keep_their_own_base() -> None:
    operations = [
        *staged(SetAttribute(path=("name",), value="B"), key="b"),
        *staged(SetAttribute(path=("name",), value="A"), key="a", first=2),
    ]
    contents: dict[str, Any] = {"a": BASE, "b": {**BASE, "name": "Other"}}

    made = plan(states(contents), operations, states(contents), {}, kind=toy)

    assert [(definition.key, definition.after and definition.after["name"]) for definition in made.definitions] == [
        ("a", "A"),
        ("b", "B"),
    ]
    assert made.definition("toy", "b") is made.definitions[1]
    assert made.definition("toy", "c") is None


def test_nothing_that_was_given_is_changed() -> None:
    """EC-EXE-005: the content before stays what it was."""
    before = digest(BASE)

    made = planned(staged(DropMember(member="m1"), SetMember(member="m2", attribute="label", value=9)), BASE, BASE)

    assert made.definitions[0].before is BASE
    assert digest(BASE) == before


def test_a_kind_that_no_app_brings_is_named() -> None:
    with pytest.raises(kinds.UnknownKind):
        plan({}, staged(Retire()), {}, {}, kind=lambda name: kinds.get("no_" + name))
