"""The approval digest and the votes for it: nobody's vote counts for something he did not see."""

from dataclasses import replace
from uuid import UUID

from apps.changes.core.approval import approval_digest
from apps.changes.core.requirement import CastVote, Requirement, tally
from apps.metadata.core.findings import Finding
from tests.core.changes.planning import planned, staged
from tests.core.strategies import DropMember, SetMember

BASE = {"name": "Toy", "status": "active", "members": {"m1": {"label": 1}, "m2": {"label": 2}}}
EDIT = SetMember(member="m1", attribute="label", value=5)
PLAN = planned(staged(EDIT), BASE, BASE)
ONE_VOTE = Requirement(1)

AUTHOR, ANNA, BEN, AGENT = (UUID(int=number) for number in (9, 1, 2, 3))


def test_the_digest_does_not_depend_on_row_ids_sentences_or_bases() -> None:
    other_rows = [replace(operation, id=UUID(int=77)) for operation in staged(EDIT)]
    moved = {**BASE, "description": "new"}
    warning = Finding.warning("SLOW", "3 records", kind="toy", key="toy", details={"count": 3})

    digests = {
        approval_digest(planned(other_rows, BASE, moved), [replace(warning, message="4 records")], ONE_VOTE),
        approval_digest(PLAN, [warning, warning], ONE_VOTE),
    }

    assert len(digests) == 1


def test_the_digest_depends_on_what_would_be_done_and_what_it_takes() -> None:
    warning = Finding.warning("SLOW", "3 records", kind="toy", key="toy")
    digests = [
        approval_digest(PLAN, [], ONE_VOTE),
        approval_digest(PLAN, [], Requirement(2)),
        approval_digest(PLAN, [], Requirement(1, rule="policy 3")),
        approval_digest(PLAN, [warning], ONE_VOTE),
        approval_digest(PLAN, [replace(warning, severity="error")], ONE_VOTE),  # type: ignore[arg-type]
        approval_digest(planned(staged(DropMember(member="m1")), BASE, BASE), [], ONE_VOTE),
        approval_digest(planned(staged(EDIT, DropMember(member="m2")), BASE, BASE), [], ONE_VOTE),
        approval_digest(planned(staged(replace_value(6)), BASE, BASE), [], ONE_VOTE),
        approval_digest(planned(staged(EDIT), BASE, {**BASE, "members": {"m1": {"label": 4}}}), [], ONE_VOTE),
    ]

    assert len(set(digests)) == len(digests)


def replace_value(value: int) -> SetMember:
    return EDIT.model_copy(update={"value": value})


def test_only_votes_of_other_people_for_this_digest_count_once() -> None:
    votes = [
        CastVote(BEN, "human", "d"),
        CastVote(ANNA, "human", "d"),
        CastVote(ANNA, "human", "d"),
        CastVote(AUTHOR, "human", "d"),
        CastVote(AGENT, "agent", "d"),
        CastVote(UUID(int=5), "human", "an older digest"),
    ]

    counted = tally(Requirement(3), votes, digest="d", authors={AUTHOR})

    assert (counted.voters, counted.missing, counted.is_met) == ((ANNA, BEN), 1, False)
    assert tally(Requirement(2), votes, digest="d", authors={AUTHOR}).is_met
    assert tally(Requirement(0), [], digest="d", authors={AUTHOR}).is_met
