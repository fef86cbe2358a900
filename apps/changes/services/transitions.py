"""Moving a change along its table and telling it: the one place that does both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.changes.core.lifecycle import TRANSITIONS, State
from apps.changes.models import Change, ChangeRead
from apps.changes.services.guards import refuse_move
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

EVENTS = {
    "start": "change.started",
    "reopen": "change.reopened",
    "open_workspace": "change.workspace_opened",
    "close_workspace": "change.workspace_closed",
    "check_in": "change.checked_in",
    "fail_validation": "change.validation_failed",
    "abort_validation": "change.validation_aborted",
    "rework": "change.reworked",
    "pass_validation": "change.validation_passed",
    "withdraw": "change.withdrawn",
    "merge": "change.merged",
}

#: What a transition, or the service around it, may have set.
KEPT = (
    "status",
    "plan",
    "approval_digest",
    "validated_at",
    "checked_in_by",
    "checked_in_at",
    "merged_by",
    "merged_at",
    "updated_at",
)

_TARGETS = {transition.verb: transition.target for transition in TRANSITIONS}


def carry_out(
    change: Change,
    verb: str,
    *,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Take one transition, save the row and tell it. Raises ``IllegalTransition`` outside the verb's sources.

    ``stamps`` are what the transition itself keeps, ``payload`` what its event says besides the two states.
    """
    allowed = {transition.source for transition in TRANSITIONS if transition.verb == verb}
    if change.status not in allowed:
        raise refuse_move(change, _TARGETS[verb])
    before = State(change.status)
    if before is State.READY:
        ChangeRead.objects.filter(change_id=change.pk).delete()
    getattr(change, verb)(**(stamps or {}))
    change.updated_at = at
    change.save(update_fields=KEPT)
    told = {"from_status": str(before), "to_status": str(change.status), "reason": reason, **(payload or {})}
    emit(EVENTS[verb], subject=change, actor=actor, at=at, payload=told)
