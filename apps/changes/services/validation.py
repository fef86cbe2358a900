"""The dry run, the check-in, and the validation a worker makes of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from apps.changes.core.lifecycle import State
from apps.changes.errors import ChangeMerged
from apps.changes.models import Change
from apps.changes.services.guards import lock_change, refuse_machines, refuse_read_only
from apps.changes.services.loading import load, refuse_unexecutable
from apps.changes.services.measuring import keep_impact
from apps.changes.services.planning import Planned, decide, plan_change
from apps.changes.services.readiness import keep_plan, stand_by
from apps.changes.services.transitions import carry_out
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import defer, emit
from apps.policies.services import keep_decision

Comment = Annotated[str, Field(max_length=2_000)]


@command("change.execute", safety=Safety.READ)
def execute_change(change_id: UUID) -> Planned:
    """Dry run: what merging the change would do now.

    Answers the plan and writes nothing. Errors of the plan are refused with 422 and all findings, conflicts with 409.
    """
    change: Change = Change.objects.select_related("environment").one(change_id)
    if change.status == State.MERGED:
        raise ChangeMerged(number=change.number)
    loaded = load(change)
    refuse_unexecutable(loaded)
    planned = decide(loaded, change.environment)
    planned.refuse()
    return planned


@command("change.check_in", permission="change.approve", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=202)
def check_in_change(change_id: UUID, *, comment: Comment = "", actor: Actor, at: datetime) -> Change:
    """Freeze operations and targets and have a worker validate them.

    Answers at once; the status becomes Ready or ValidationFailed. A check-in is not a vote.
    """
    refuse_machines(actor)
    change = lock_change(change_id)
    refuse_read_only(change)
    refuse_unexecutable(load(change))
    begin_validation(change, by=actor.id, reason=comment, actor=actor, at=at)
    return change


def begin_validation(change: Change, *, by: UUID | None, reason: str, actor: Actor, at: datetime) -> None:
    """Go to Validating and leave the rest to a worker. ``by`` is who checks in, None to be informed only.

    A change that is being validated without a check-in can still be checked in.
    """
    if change.status == State.VALIDATING and by is not None and change.checked_in_by_id is None:
        change.checked_in_by_id, change.checked_in_at, change.updated_at = by, at, at
        change.save(update_fields=["checked_in_by", "checked_in_at", "updated_at"])
        told = {"from_status": change.status, "to_status": change.status, "reason": reason}
        emit("change.checked_in", subject=change, actor=actor, at=at, payload=told)
    else:
        carry_out(change, "check_in", actor=actor, at=at, stamps={"by": by, "at": at}, reason=reason)
    defer("change.validate", change.pk)


@command("change.validate", safety=Safety.WRITE_INTERNAL, internal=True)
def validate_change(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Decide a change that is being validated. Delivered twice, or too late, it does nothing."""
    change: Change = Change.objects.lock(change_id)
    if change.status == State.VALIDATING:
        settle_validation(change, plan_change(change), actor=actor, at=at)
    return change


def settle_validation(change: Change, planned: Planned, *, actor: Actor, at: datetime) -> None:
    """Keep the plan with the change and move it to Ready or ValidationFailed.

    A validation nobody checked in for leaves a clean change where it is, with its plan.
    """
    keep_plan(change, planned)
    keep_impact(change, planned.plan, planned.impact, at=at)
    told = {"errors": len(planned.errors) + len(planned.plan.conflicts), "warnings": len(planned.warnings)}
    if not planned.is_clean:
        if planned.judgement.is_denied:
            keep_decision(planned.judgement, change, actor=actor, at=at)
        carry_out(change, "fail_validation", actor=actor, at=at, stamps={"at": at}, reason=_why(planned))
    elif change.checked_in_by_id is not None:
        carry_out(change, "pass_validation", actor=actor, at=at, stamps={"at": at})
        stand_by(change, planned, actor=actor, at=at)
    else:
        change.validated_at = change.updated_at = at
        change.save()
    emit("change.validated", subject=change, actor=actor, at=at, payload=told)


def _why(planned: Planned) -> str:
    if planned.plan.conflicts:
        return "MERGE_CONFLICT"
    return planned.errors[0].code
