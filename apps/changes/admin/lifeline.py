"""The life of a change as five stations."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.kernel.admin.parts import Step, StepState

STATIONS = (State.DRAFT, State.IMPLEMENTING, State.VALIDATING, State.READY, State.MERGED)
PLACE = {State.WORKSPACE_RUNNING: State.IMPLEMENTING, State.VALIDATION_FAILED: State.VALIDATING}


def life_of(change: Change) -> list[Step]:
    """Where it was, where it is, and what remains."""
    state = State(change.status)
    here = STATIONS.index(PLACE.get(state, state))
    notes = _notes(change, state)
    return [
        Step(_label(station), _mark(index, here, state), _reached(change, station), notes.get(station, ""))
        for index, station in enumerate(STATIONS)
    ]


def _label(station: State) -> str:
    return {
        State.DRAFT: _("Draft"),
        State.IMPLEMENTING: _("Implementing"),
        State.VALIDATING: _("Validation"),
        State.READY: _("Ready"),
        State.MERGED: _("Merged"),
    }[station]


def _mark(index: int, here: int, state: State) -> StepState:
    if index < here or (index == here and state == State.MERGED):
        return "done"
    if index > here:
        return "todo"
    if state == State.VALIDATION_FAILED:
        return "failed"
    return "busy" if state == State.VALIDATING else "now"


def _reached(change: Change, station: State) -> Any:
    """Times that are known from the row; the timeline has the rest."""
    return {
        State.DRAFT: change.created_at,
        State.VALIDATING: change.checked_in_at,
        State.READY: change.validated_at if State(change.status) in (State.READY, State.MERGED) else None,
        State.MERGED: change.merged_at,
    }.get(station)


def _notes(change: Change, state: State) -> dict[State, str]:
    said: dict[State, str] = {State.DRAFT: change.created_by.name}
    if change.checked_in_by is not None:
        said[State.VALIDATING] = change.checked_in_by.name
    if change.merged_by is not None:
        said[State.MERGED] = change.merged_by.name
    if state == State.VALIDATION_FAILED:
        said[State.VALIDATING] = _("failed")
    if state == State.VALIDATING:
        said[State.VALIDATING] = _("running")
    if state == State.WORKSPACE_RUNNING:
        said[State.IMPLEMENTING] = _("in a workspace")
    return said


def ended(change: Change) -> Sequence[Step]:
    """An archived change has left the line."""
    return [] if change.archived_at is not None else life_of(change)
