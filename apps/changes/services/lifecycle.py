"""The moves a person asks for by name or by status."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from apps.changes.core.lifecycle import UNASKED, State, verb_between
from apps.changes.models import Change
from apps.changes.services.guards import lock_change, refuse_machines, refuse_move
from apps.changes.services.loading import load, refuse_unexecutable
from apps.changes.services.merging import merge_change
from apps.changes.services.review import end_review
from apps.changes.services.transitions import carry_out
from apps.changes.services.validation import begin_validation, check_in_change
from apps.kernel import ports
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor

Reason = Annotated[str, Field(max_length=2_000)]
StatusName = Literal["Draft", "Implementing", "WorkspaceRunning", "Validating", "ValidationFailed", "Ready", "Merged"]
#: Moves that are commands of their own, each with its permission.
GUARDED = {State.READY: "change.check_in", State.MERGED: "change.merge"}


@command("change.start", safety=Safety.WRITE_INTERNAL)
def start_change(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Close the scope of a draft: from here operations are added, targets are not."""
    change = lock_change(change_id)
    carry_out(change, "start", actor=actor, at=at)
    return change


@command("change.reopen", safety=Safety.WRITE_INTERNAL)
def reopen_change(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Back to Draft, where targets can be added."""
    change = lock_change(change_id)
    carry_out(change, "reopen", actor=actor, at=at)
    return change


@command("change.withdraw", permission="change.approve", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def withdraw_change(change_id: UUID, *, reason: Reason = "", actor: Actor, at: datetime) -> Change:
    """Take a Ready change back into work. Its votes are void, and the voters are told."""
    refuse_machines(actor)
    change = lock_change(change_id)
    carry_out(change, "withdraw", reason=reason, actor=actor, at=at)
    end_review(change, outcome="withdrawn", reason=reason, actor=actor, at=at)
    return change


@command("change.set_status", safety=Safety.WRITE_INTERNAL)
def set_status(change_id: UUID, *, status: StatusName, reason: Reason = "", actor: Actor, at: datetime) -> Change:
    """Move a change to a status, through the same door as the command of that move.

    `Ready` is a check-in and ends there when the worker has validated; `Merged` is a merge; leaving `Ready` is a
    withdrawal: these three need `change.approve` and a person. `Validating` validates without checking in.
    """
    wanted = State(status)
    if wanted in GUARDED:
        ports.authorize(GUARDED[wanted], change_id)
        if wanted is State.MERGED:
            return merge_change(change_id, actor=actor, at=at).change
        return check_in_change(change_id, comment=reason, actor=actor, at=at)

    change = lock_change(change_id)
    verb = verb_between(change.status, wanted)
    if verb is None or verb in UNASKED:
        raise refuse_move(change, wanted)
    if verb == "withdraw":
        ports.authorize("change.withdraw", change_id)
        return withdraw_change(change_id, reason=reason, actor=actor, at=at)
    if verb == "check_in":
        refuse_unexecutable(load(change))
        begin_validation(change, by=None, reason=reason, actor=actor, at=at)
        return change
    carry_out(change, verb, reason=reason, actor=actor, at=at)
    return change
