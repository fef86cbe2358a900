"""Disjointness inside a change: what a second operation touches is told when it is staged."""

import pytest

from apps.changes.core.conflicts import clash, clashes
from apps.metadata.core.operations import EVERYTHING, Define, Operation, Retire, SetAttribute
from tests.core.changes.planning import staged
from tests.core.strategies import AddMember, DropMember, SetMember


class Named(DropMember):
    """An operation with an id and a name, as those on fields are."""

    name: str

    def claims(self) -> frozenset[str]:
        return frozenset({"#" + self.member, self.name})


class Whole(SetMember):
    """An operation that wants the definition for itself."""

    def claims(self) -> frozenset[str]:
        return frozenset({EVERYTHING})


@pytest.mark.parametrize(
    ("pending", "operation", "code", "names"),
    [
        (DropMember(member="m1"), DropMember(member="m1"), "DUPLICATE_OP", ("m1",)),
        (SetMember(member="m1", attribute="a", value=1), DropMember(member="m1"), "CONFLICTING_OP", ("m1",)),
        (Retire(), SetAttribute(path=("status",), value="draft"), "CONFLICTING_OP", ("@status",)),
        (Define(key="a", content={}), Define(key="a", content={}), "DUPLICATE_OP", ("@define",)),
        (AddMember(member="m1", definition={}), Whole(member="m2", attribute="a", value=1), "CONFLICTING_OP", ("m1",)),
        (
            Whole(member="m2", attribute="a", value=1),
            Whole(member="m2", attribute="a", value=1),
            "DUPLICATE_OP",
            ("*",),
        ),
        (Named(member="m1", name="a"), Named(member="m2", name="a"), "DUPLICATE_OP", ("a",)),
        (Named(member="m1", name="a"), Named(member="m1", name="b"), "CONFLICTING_OP", ("#m1",)),
    ],
)
def test_operations_that_share_a_claim_clash(
    pending: Operation, operation: Operation, code: str, names: object
) -> None:
    """EC-EXE-031, EC-EDGE-02."""
    found = clash(staged(pending), operation)

    assert found is not None
    assert (found.code, found.names) == (code, names)
    assert pending.summary() in found.message


def test_operations_that_share_nothing_do_not() -> None:
    pending = staged(DropMember(member="m1"), SetAttribute(path=("name",), value="x"), Define(key="a", content={}))

    assert clash(pending, DropMember(member="m2")) is None
    assert clash([], DropMember(member="m1")) is None


def test_every_operation_that_meets_an_earlier_one_is_found_once() -> None:
    operations = [
        *staged(DropMember(member="m1"), DropMember(member="m2"), DropMember(member="m1"), DropMember(member="m1")),
        *staged(DropMember(member="m1"), key="another", first=10),
        *staged(Whole(member="x", attribute="a", value=1), first=20),
    ]

    found = clashes(operations)

    assert [(finding.code, finding.operation_id, finding.details["names"]) for finding in found] == [
        ("DUPLICATE_OP", operations[2].id, ["m1"]),
        ("DUPLICATE_OP", operations[3].id, ["m1"]),
        ("CONFLICTING_OP", operations[5].id, ["m1"]),
    ]
    assert {finding.details["other_operation_id"] for finding in found} == {str(operations[0].id)}
