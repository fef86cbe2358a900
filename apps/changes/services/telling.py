"""The events of a run of the engine: those of a success go with the commit, those of a failure after the rollback."""

from datetime import datetime
from typing import Any

from apps.changes.models import Change
from apps.changes.services.planning import Planned
from apps.kernel.errors import DomainError
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

Aftermath = list[tuple[str, Any, dict[str, Any]]]


def tell_checked(change: Change, planned: Planned, *, mode: str, actor: Actor, at: datetime) -> None:
    """The run began, the graph holds, the difference is known."""
    emit("execution.started", subject=change, actor=actor, at=at, payload=_run(planned, mode))
    emit("graph.validation_succeeded", subject=change, actor=actor, at=at, payload=_checked(planned))
    told = {"definitions": len(planned.plan.definitions), "digest": planned.digest}
    emit("graph.diff_computed", subject=change, actor=actor, at=at, payload=told)


def tell_completed(change: Change, planned: Planned, *, mode: str, actor: Actor, at: datetime) -> None:
    emit("execution.completed", subject=change, actor=actor, at=at, payload=_run(planned, mode))


def failure_of(planned: Planned, mode: str, refusal: DomainError) -> Aftermath:
    """The events of a run that was refused after its first phase."""
    change = planned.loaded.change
    told: Aftermath = [("execution.started", change, _run(planned, mode))]
    if any(finding.is_error for finding in planned.graph):
        told.append(("graph.validation_failed", change, _checked(planned)))
    failure = {
        **_run(planned, mode),
        "code": refusal.code,
        "message": refusal.message,
        "findings": [error.as_dict() for error in planned.errors],
    }
    return [*told, ("execution.failed", change, failure)]


def failed(refusal: DomainError, aftermath: Aftermath) -> DomainError:
    """The refusal with what is to be known of it after the rollback."""
    refusal.aftermath.extend(aftermath)
    return refusal


def _run(planned: Planned, mode: str) -> dict[str, Any]:
    return {"mode": mode, "operations": len(planned.loaded.operations)}


def _checked(planned: Planned) -> dict[str, Any]:
    return {"errors": len(planned.errors), "warnings": len(planned.warnings)}
