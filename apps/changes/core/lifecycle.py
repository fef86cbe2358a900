"""The life of a change as data: every transition there is, and what each state allows.

The machine of ``apps.changes.models`` is tested against these two tables, and the pages and the API read them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class State(StrEnum):
    """The states of a change, in the order of its life."""

    DRAFT = "Draft"
    IMPLEMENTING = "Implementing"
    WORKSPACE_RUNNING = "WorkspaceRunning"
    VALIDATING = "Validating"
    VALIDATION_FAILED = "ValidationFailed"
    READY = "Ready"
    MERGED = "Merged"


#: What readers are told in place of the state of a change that was put away or denied. The machine has no such state.
ARCHIVED: Final = "Archived"


class Transition(NamedTuple):
    """One edge of the machine. ``verb`` names the transition, its service and, in the past tense, its event."""

    verb: str
    source: State
    target: State


TRANSITIONS: Final = (
    Transition("start", State.DRAFT, State.IMPLEMENTING),
    Transition("reopen", State.IMPLEMENTING, State.DRAFT),
    Transition("open_workspace", State.DRAFT, State.WORKSPACE_RUNNING),
    Transition("open_workspace", State.IMPLEMENTING, State.WORKSPACE_RUNNING),
    Transition("open_workspace", State.VALIDATION_FAILED, State.WORKSPACE_RUNNING),
    Transition("close_workspace", State.WORKSPACE_RUNNING, State.IMPLEMENTING),
    Transition("check_in", State.DRAFT, State.VALIDATING),
    Transition("check_in", State.IMPLEMENTING, State.VALIDATING),
    Transition("check_in", State.WORKSPACE_RUNNING, State.VALIDATING),
    Transition("check_in", State.VALIDATION_FAILED, State.VALIDATING),
    Transition("fail_validation", State.VALIDATING, State.VALIDATION_FAILED),
    Transition("abort_validation", State.VALIDATING, State.IMPLEMENTING),
    Transition("rework", State.VALIDATION_FAILED, State.IMPLEMENTING),
    Transition("pass_validation", State.VALIDATING, State.READY),
    Transition("withdraw", State.READY, State.IMPLEMENTING),
    Transition("merge", State.READY, State.MERGED),
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What may be done to a change in one state."""

    mutable: bool
    add_targets: bool
    add_operations: bool
    """Adding, editing and deleting pending operations."""
    dry_run: bool
    merge: bool


_MATRIX: Final[Mapping[State, str]] = {
    #                        mutable, add targets, add operations, dry run, merge
    State.DRAFT: "yes yes yes yes no",
    State.IMPLEMENTING: "yes no yes yes no",
    State.WORKSPACE_RUNNING: "yes no yes yes no",
    State.VALIDATING: "yes no no yes no",
    State.VALIDATION_FAILED: "yes no yes yes no",
    State.READY: "no no no yes yes",  # withdrawing is a transition
    State.MERGED: "no no no no no",
}
CAPABILITIES: Final[Mapping[State, Capabilities]] = {
    state: Capabilities(*(word == "yes" for word in row.split())) for state, row in _MATRIX.items()
}

_TARGETS: Final = {
    state: tuple(transition.target for transition in TRANSITIONS if transition.source == state) for state in State
}
_VERBS: Final = {(transition.source, transition.target): transition.verb for transition in TRANSITIONS}


def capabilities(state: str) -> Capabilities:
    """What the state allows; raises ``ValueError`` for a word that is no state."""
    return CAPABILITIES[State(state)]


def allowed_from(state: str) -> tuple[State, ...]:
    """The states that can follow, in the order of the table."""
    return _TARGETS[State(state)]


#: Moves nobody asks for by status: a workspace is started, a validation fails.
UNASKED: Final = frozenset({"open_workspace", "fail_validation"})


def askable_from(state: str) -> tuple[State, ...]:
    """The states a person can ask for from here, in the order of the table."""
    source = State(state)
    return tuple(target for target in _TARGETS[source] if _VERBS[source, target] not in UNASKED)


def verb_between(source: str, target: str) -> str | None:
    """The transition that leads from one state to the other; ``None`` where there is none."""
    return _VERBS.get((State(source), State(target)))


def sources_of(verb: str) -> tuple[State, ...]:
    """The states a transition starts from."""
    return tuple(transition.source for transition in TRANSITIONS if transition.verb == verb)
