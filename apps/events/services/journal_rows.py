"""The rows a command leaves behind, as JSON for :mod:`apps.events.services.journal_sql`."""

import json
from typing import Any

from apps.events.core.identity import event_id, job_id
from apps.events.services.journal_sql import ANSWER_LIFETIME
from apps.kernel.canonical import deterministic_uuid, digest
from apps.kernel.commands import Agents
from apps.kernel.event_types import event_type
from apps.kernel.ports import Answer, Entry, Key
from apps.kernel.scope import Causation
from apps.kernel.unit import EventDraft, Unit


def command_row(entry: Entry) -> dict[str, Any]:
    scope, refusal = entry.scope, entry.refusal
    cause = scope.causation or Causation("user_action_id", scope.correlation_id)
    return {
        "id": str(entry.id),
        "tenant_id": str(scope.tenant_id),
        "name": entry.command.name,
        "target": entry.target or "",
        "input_digest": entry.input_digest,
        "dedupe_scope": dict(entry.key.scope) if entry.key else None,
        "idempotency_key": entry.key.value if entry.key else "",
        "actor_id": str(scope.actor.id),
        "actor_kind": scope.actor.kind,
        "permission": entry.right.permission or "",
        "decision": "allow" if entry.allowed else "deny",
        "decision_rule": entry.rule,
        "correlation_id": scope.correlation_id,
        "causation_type": cause.type,
        "causation_id": cause.id,
        "outcome": "rejected" if refusal else "accepted",
        "reason_code": refusal.code if refusal else "",
        "reason": refusal.message if refusal else "",
        "occurred_at": entry.at.isoformat(),
    }


def event_rows(entry: Entry, drafts: list[EventDraft]) -> list[dict[str, Any]]:
    return [_event_row(entry, draft, ordinal) for ordinal, draft in enumerate(drafts)]


def _event_row(entry: Entry, draft: EventDraft, ordinal: int) -> dict[str, Any]:
    source_ref, native_id, payload_hash = f"command:{entry.id}", str(ordinal), digest(draft.payload)
    return {
        "event_id": str(event_id(source_ref, native_id, payload_hash, draft.at)),
        "tenant_id": str(entry.scope.tenant_id),
        "environment_id": str(draft.environment_id) if draft.environment_id else None,
        "event_type": draft.name,
        "payload": draft.payload,
        "payload_hash": payload_hash,
        "payload_schema_version": event_type(draft.name).version,
        "occurred_at": draft.at.isoformat(),
        "correlation_id": entry.scope.correlation_id,
        "causation_id": str(entry.id),
        "source_ref": source_ref,
        "source_native_id": native_id,
        "source_sequence": ordinal,
        "actor_type": draft.actor.kind,
        "actor_id": str(draft.actor.id),
        "permission": entry.right.permission or "member",
        "permission_ref": entry.rule or "member",
        "resource_type": draft.subject[0],
        "resource_id": draft.subject[1],
        "privileged": entry.right.agents is Agents.NEVER,
    }


def job_rows(entry: Entry, unit: Unit) -> list[dict[str, Any]]:
    return [
        {
            "id": str(job_id(entry.id, ordinal)),
            "tenant_id": str(entry.scope.tenant_id),
            "command": job.command,
            "target": job.target,
            "inputs": job.inputs,
            "dedupe_key": job.dedupe_key,
            "due_at": job.due_at.isoformat() if job.due_at else None,
            "correlation_id": entry.scope.correlation_id,
            "caused_by": str(entry.id),
        }
        for ordinal, job in enumerate(unit.jobs)
    ]


def answer_row(entry: Entry, key: Key, answer: Answer) -> list[Any]:
    tenant, actor = entry.scope.tenant_id, entry.scope.actor.id
    scope = json.dumps(key.scope, sort_keys=True)
    identity = deterministic_uuid("answer", str(tenant), str(actor), scope, key.value)
    body = None if entry.command.secret_output and answer.status < 400 else answer.body
    return [identity, tenant, scope, key.value, actor, entry.input_digest, answer.status, body, ANSWER_LIFETIME]
