"""The approval digest and the votes for it: nobody's vote counts for something he did not see."""

from dataclasses import replace
from uuid import UUID

from apps.changes.core.approval import approval_digest
from apps.metadata.core.findings import Finding
from tests.core.changes.planning import planned, staged
from tests.core.strategies import DropMember, SetMember

BASE = {"name": "Toy", "status": "active", "members": {"m1": {"label": 1}, "m2": {"label": 2}}}
EDIT = SetMember(member="m1", attribute="label", value=5)
PLAN = planned(staged(EDIT), BASE, BASE)
ONE_VOTE = {"requirement": {"votes": 1}, "matches": [{"policy_key": "approvals", "version": 0}]}


def test_the_digest_does_not_depend_on_row_ids_sentences_or_bases() -> None:
    other_rows = [replace(operation, id=UUID(int=77)) for operation in staged(EDIT)]
    moved = {**BASE, "description": "new"}
    warning = Finding.warning("SLOW", "3 records", kind="toy", key="toy", details={"count": 3})

    digests = {
        approval_digest(planned(other_rows, BASE, moved), [replace(warning, message="4 records")], policy=ONE_VOTE),
        approval_digest(PLAN, [warning, warning], policy=ONE_VOTE),
    }

    assert len(digests) == 1


def test_the_digest_depends_on_what_would_be_done_and_what_it_takes() -> None:
    warning = Finding.warning("SLOW", "3 records", kind="toy", key="toy")
    digests = [
        approval_digest(PLAN, [], policy=ONE_VOTE),
        approval_digest(PLAN, [], policy={**ONE_VOTE, "requirement": {"votes": 2}}),
        approval_digest(PLAN, [], policy={**ONE_VOTE, "matches": [{"policy_key": "approvals", "version": 1}]}),
        approval_digest(PLAN, [], tier="high", policy=ONE_VOTE),
        approval_digest(PLAN, [warning], policy=ONE_VOTE),
        approval_digest(PLAN, [replace(warning, severity="error")], policy=ONE_VOTE),  # type: ignore[arg-type]
        approval_digest(planned(staged(DropMember(member="m1")), BASE, BASE), [], policy=ONE_VOTE),
        approval_digest(planned(staged(EDIT, DropMember(member="m2")), BASE, BASE), [], policy=ONE_VOTE),
        approval_digest(planned(staged(replace_value(6)), BASE, BASE), [], policy=ONE_VOTE),
        approval_digest(planned(staged(EDIT), BASE, {**BASE, "members": {"m1": {"label": 4}}}), [], policy=ONE_VOTE),
    ]

    assert len(set(digests)) == len(digests)


def replace_value(value: int) -> SetMember:
    return EDIT.model_copy(update={"value": value})
