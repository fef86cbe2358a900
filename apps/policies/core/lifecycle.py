"""The life of a policy version as data (AT-062). The machine of ``models/version.py`` is tested against this table."""

from enum import StrEnum
from typing import Final, NamedTuple


class State(StrEnum):
    """The states of a version, in the order of its life."""

    DRAFT = "draft"
    SIMULATED = "simulated"
    APPROVED = "approved"
    ACTIVE = "active"
    DEPRECATED = "deprecated"


class Transition(NamedTuple):
    """One edge of the machine."""

    verb: str
    source: State
    target: State


TRANSITIONS: Final = (
    Transition("simulate", State.DRAFT, State.SIMULATED),
    Transition("simulate", State.SIMULATED, State.SIMULATED),
    Transition("simulate", State.APPROVED, State.SIMULATED),
    Transition("approve", State.SIMULATED, State.APPROVED),
    Transition("lapse", State.APPROVED, State.SIMULATED),
    Transition("activate", State.APPROVED, State.ACTIVE),
    Transition("deprecate", State.DRAFT, State.DEPRECATED),
    Transition("deprecate", State.SIMULATED, State.DEPRECATED),
    Transition("deprecate", State.APPROVED, State.DEPRECATED),
    Transition("deprecate", State.ACTIVE, State.DEPRECATED),
)


def sources_of(verb: str) -> tuple[State, ...]:
    """The states a transition starts from."""
    return tuple(transition.source for transition in TRANSITIONS if transition.verb == verb)


def allowed_from(state: str) -> tuple[State, ...]:
    """The states that can follow, in the order of the table."""
    return tuple(dict.fromkeys(transition.target for transition in TRANSITIONS if transition.source == State(state)))
