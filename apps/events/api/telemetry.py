"""The execution telemetry of the specification, as a view over the log."""

from typing import Any
from uuid import UUID

from apps.events.models import Event
from apps.kernel.event_types import registered_events

_ACTORS = {"human": "user", "agent": "agent", "service": "system"}
_FAILED = ("failed", "rejected")


def telemetry_of(event: Event) -> dict[str, Any]:
    """One event in the telemetry's columns (EC-EVT-R-002, EC-EVT-R-003)."""
    known = registered_events().get(event.event_type)
    payload: dict[str, Any] = event.payload
    stated = payload.get("error")
    error: dict[str, Any] = stated if isinstance(stated, dict) else {}
    return {
        "id": event.pk,
        "event_type": known.aliases[0] if known and known.aliases else event.event_type,
        "timestamp": event.occurred_at,
        "module_id": str(payload.get("module_id") or "system"),
        "execution_type": _execution_type(event),
        "workflow_id": _uuid(payload.get("workflow_id")),
        "workflow_step_id": event.step_execution_id,
        "execution_id": str(event.execution_id or event.resource_id) or None,
        "actor_type": _ACTORS[event.actor_type],
        "actor_id": event.actor_id,
        "status": "failed" if event.event_type.endswith(_FAILED) else "completed",
        "error_code": payload.get("code") or error.get("code"),
        "error_message": payload.get("message") or error.get("message"),
        "affected_record_ids": payload.get("affected_record_ids"),
    }


def _execution_type(event: Event) -> str:
    if event.payload.get("workflow_id"):
        return "workflow_step"
    return "agent_action" if event.event_type.startswith("agent.run") else "task"


def _uuid(value: Any) -> UUID | None:
    return UUID(str(value)) if value else None
