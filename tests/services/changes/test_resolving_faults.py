"""Deciding and rebasing that break anywhere never happened; done twice or at once they happen once."""

from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.changes.errors import OperationsFrozen, StaleDigest
from apps.changes.models import Change
from apps.changes.services.resolving import Resolved
from apps.kernel.dispatch import dispatch
from tests.changing import World
from tests.services.changes.meeting import conflicts, decide, decision, met, planned, stored
from tests.services.changes.test_faults import Breaking, Broken, killed
from tests.services.changes.test_validation import dump
from tests.together import together


@pytest.fixture
def itsm(committed: World) -> World:
    committed.define("incident", "summary", "priority")
    return committed


def broken_everywhere(of: World, name: str, change: Change, **inputs: Any) -> int:
    """Break each statement once, then let it be; answer how many there are."""
    before, told = dump(of), of.events(change)
    statements = 0
    while True:
        statements += 1
        try:
            with of.acting(of.ada), connection.execute_wrapper(Breaking(statements)):
                dispatch(name, change.pk, **inputs)
        except Broken:
            assert (dump(of), of.events(change)) == (before, told), f"Statement {statements} left something."
        else:
            return statements


def test_every_statement_of_a_decision_and_of_a_rebase_fails_once_and_leaves_nothing(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)

    assert broken_everywhere(itsm, "change.resolve_conflicts", change, decisions=[decision(one, "theirs")]) > 15
    digest = planned(itsm, change).digest
    assert broken_everywhere(itsm, "change.rebase", change) > 15

    assert planned(itsm, change).digest == digest
    assert [choice for _, choice in stored(itsm, change)] == ["theirs"]


def test_a_decision_and_a_rebase_killed_in_the_middle_never_happened(itsm: World) -> None:
    """``kill -9`` within the transaction leaves nothing, right after it everything; both can be done again."""
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    for name, inputs in (("change.resolve_conflicts", {"decisions": [decision(one, "theirs")]}), ("change.rebase", {})):
        before, told = dump(itsm), itsm.events(change)
        killed(itsm, change, 14, name, **inputs)
        assert (dump(itsm), itsm.events(change)) == (before, told), name

        killed(itsm, change, None, name, **inputs)
        after, told = dump(itsm), itsm.events(change)
        assert after != before, name
        itsm.give(name, change.pk, **inputs)
        assert (dump(itsm), itsm.events(change)) == (after, told), name


def test_two_people_deciding_at_once_leave_one_decision(itsm: World) -> None:
    change, _ = met(itsm)
    (one,) = conflicts(itsm, change)
    calls = [
        partial(itsm.give, "change.resolve_conflicts", change.pk, by=by, decisions=[decision(one, choice)])
        for by, choice in ((itsm.ada, "mine"), (itsm.ben, "theirs"), (itsm.cleo, "mine"))
    ]

    outcomes = together(*calls, partial(itsm.give, "change.rebase", change.pk))

    assert [type(outcome) for outcome in outcomes] == [Resolved] * 4
    assert len(stored(itsm, change)) == 1
    (left,) = conflicts(itsm, change)
    assert left.decision is not None
    assert left.stored is not None
    assert str(left.decision.choice) == left.stored.choice


def test_a_decision_and_a_check_in_at_once_never_leave_a_digest_that_misses_the_decision(itsm: World) -> None:
    for _attempt in range(3):
        change, _ = met(itsm, mine=f"Mine {_attempt}", theirs=f"Theirs {_attempt}")
        decide(itsm, change, "theirs")
        (one,) = conflicts(itsm, change)
        mine = decision(one, "mine")

        outcomes = together(
            partial(itsm.give, "change.resolve_conflicts", change.pk, decisions=[mine]),
            partial(itsm.check_in, change),
        )

        again = itsm.again(change)
        assert again.status == "Ready"
        assert again.approval_digest == planned(itsm, change).digest
        assert isinstance(outcomes[0], Resolved | OperationsFrozen)


def test_a_replan_delivered_twice_or_late_voids_and_tells_once(itsm: World) -> None:
    change, other = met(itsm)
    decide(itsm, change, "mine")
    itsm.check_in(change)
    later = itsm.open("Later")
    itsm.stage(later, "set_field", {"field": "summary", "definition": {"label": "Later"}})
    itsm.carry_through(later)

    for _twice in range(2):
        with itsm.as_system():
            dispatch("change.replan", change.pk)
    itsm.give("change.withdraw", change.pk)
    with itsm.as_system():
        late = dispatch("change.replan", change.pk)

    assert itsm.events(change).count("change.replanned") == 1
    assert late.status == "Implementing"
    assert other.pk != later.pk


def test_a_merge_that_nobody_planned_anew_is_refused(itsm: World) -> None:
    """The jobs are not what keeps it safe: the merge plans again itself."""
    change, _ = met(itsm)
    decide(itsm, change, "edited", value="Both")
    ready = itsm.check_in(change)
    later = itsm.open("Later")
    itsm.stage(later, "set_field", {"field": "priority", "definition": {"label": "Rank"}})
    itsm.carry_through(later)

    with pytest.raises(StaleDigest):
        itsm.give("change.merge", change.pk, digest="0" * 64)
    assert itsm.give("change.merge", change.pk, digest=ready.approval_digest).change.status == "Merged"
