"""The life of a change, written out: a transition that appears or goes is seen here."""

import pytest

from apps.changes.core.lifecycle import TRANSITIONS, State, allowed_from, capabilities, sources_of, verb_between

# EC-SM-CHG-002 to 012, and 014: nothing leads out of Merged.
NEXT = {
    "Draft": "Implementing WorkspaceRunning Validating",
    "Implementing": "Draft WorkspaceRunning Validating",
    "WorkspaceRunning": "Implementing Validating",
    "Validating": "ValidationFailed Implementing Ready",
    "ValidationFailed": "WorkspaceRunning Validating Implementing",
    "Ready": "Implementing Merged",
    "Merged": "",
}

# EC-SM-CHGM-001 to 007: mutable, add targets, add operations, dry run, merge.
MATRIX = {
    "Draft": "yes yes yes yes no",
    "Implementing": "yes no yes yes no",
    "WorkspaceRunning": "yes no yes yes no",
    "Validating": "yes no no yes no",
    "ValidationFailed": "yes no yes yes no",
    "Ready": "no no no yes yes",
    "Merged": "no no no no no",
}


@pytest.mark.parametrize("state", list(State))
def test_each_state_leads_exactly_where_the_table_says(state: State) -> None:
    assert list(allowed_from(state)) == NEXT[state].split()
    for target in State:
        assert (verb_between(state, target) is not None) == (target in NEXT[state].split())


@pytest.mark.parametrize("state", list(State))
def test_each_state_allows_exactly_what_the_matrix_says(state: State) -> None:
    found = capabilities(state)

    told = (found.mutable, found.add_targets, found.add_operations, found.dry_run, found.merge)
    assert ["yes" if able else "no" for able in told] == MATRIX[state].split()


def test_there_is_one_way_to_be_merged_and_no_edge_twice() -> None:
    assert sources_of("merge") == (State.READY,)
    assert [edge for edge in TRANSITIONS if edge.target == State.MERGED] == [("merge", "Ready", "Merged")]
    assert len({edge[1:] for edge in TRANSITIONS}) == len(TRANSITIONS) == 16


def test_a_word_that_is_no_state_is_refused() -> None:
    with pytest.raises(ValueError, match="Done"):
        capabilities("Done")
