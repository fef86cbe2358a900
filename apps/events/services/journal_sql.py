"""The statements a command is recorded with. Rows travel as JSON, so that their text never changes."""

from apps.events.core.identity import ENVELOPE_VERSION

ANSWER_LIFETIME = "24 hours"

COMMAND = """
insert into events_command (id, tenant_id, name, target, input_digest, dedupe_scope, idempotency_key, actor_id,
    actor_kind, permission, decision, decision_rule, correlation_id, causation_type, causation_id, outcome,
    reason_code, reason, occurred_at, decided_at)
select id, tenant_id, name, target, input_digest, dedupe_scope, idempotency_key, actor_id, actor_kind, permission,
    decision, decision_rule, correlation_id, causation_type, causation_id, outcome, reason_code, reason, occurred_at,
    clock_timestamp()
from jsonb_to_record(%s) as c(id uuid, tenant_id uuid, name text, target text, input_digest text, dedupe_scope jsonb,
    idempotency_key text, actor_id uuid, actor_kind text, permission text, decision text, decision_rule text,
    correlation_id text, causation_type text, causation_id text, outcome text, reason_code text, reason text,
    occurred_at timestamptz)
"""

EVENTS = """
with told as (
    select * from jsonb_to_recordset(%s) as e(event_id uuid, tenant_id uuid, environment_id uuid, event_type text,
        payload jsonb, payload_hash text, payload_schema_version int, occurred_at timestamptz, correlation_id text,
        causation_id text, source_ref text, source_native_id text, source_sequence int, actor_type text, actor_id uuid,
        permission text, permission_ref text, resource_type text, resource_id text, privileged boolean)
), logged as (
    insert into events_event (event_id, tenant_id, environment_id, event_type, payload, payload_hash,
        payload_schema_version, envelope_version, occurred_at, ingested_at, correlation_id, causation_type,
        causation_id, source_ref, source_native_id, source_sequence, actor_type, actor_id, permission, permission_ref,
        resource_type, resource_id, privileged, transaction_id)
    select event_id, tenant_id, environment_id, event_type, payload, payload_hash, payload_schema_version,
        {envelope}, occurred_at, clock_timestamp(), correlation_id, 'command_id', causation_id, source_ref,
        source_native_id, source_sequence, actor_type, actor_id, permission, permission_ref, resource_type,
        resource_id, privileged, pg_current_xact_id()::text::bigint + (select lead from events_epoch)
    from told
), posted as (
    insert into events_outbox (event_id, tenant_id, event_type) select event_id, tenant_id, event_type from told
)
""".replace("{envelope}", str(ENVELOPE_VERSION))

JOBS = """
insert into events_job (id, tenant_id, command, target, inputs, dedupe_key, due_at, correlation_id, caused_by)
select id, tenant_id, command, coalesce(target, ''), inputs, dedupe_key, coalesce(due_at, clock_timestamp()),
    correlation_id, caused_by
from jsonb_to_recordset(%s) as j(id uuid, tenant_id uuid, command text, target text, inputs jsonb, dedupe_key text,
    due_at timestamptz, correlation_id text, caused_by uuid)
on conflict (tenant_id, dedupe_key) do nothing
"""

STOP_TIMER = """
update events_timer set status = 'completed', finished_at = clock_timestamp()
where status = 'pending' and kind = %s and subject_type = %s and subject_id = %s
"""

START_TIMER = """
insert into events_timer (id, tenant_id, kind, subject_type, subject_id, due_at, correlation_id, caused_by)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (tenant_id, subject_type, subject_id, kind) where status = 'pending'
do update set due_at = excluded.due_at, attempts = 0, lease_until = null, fence = events_timer.fence + 1
"""

SETTLE = {
    "job": """
        update events_job set status = %s, last_error = %s, finished_at = clock_timestamp(), lease_until = null
        where id = %s and fence = %s and status = 'pending' and lease_until is not null
    """,
    "timer": """
        update events_timer set status = %s, last_error = %s, finished_at = clock_timestamp(), lease_until = null
        where id = %s and fence = %s and status = 'pending' and lease_until is not null
    """,
}
SETTLED = {"job": "done", "timer": "breached"}

ANSWER = """
insert into events_stored_answer (id, tenant_id, scope, key, actor_id, input_digest, status, body, expires_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp() + %s::interval)
on conflict (tenant_id, actor_id, scope, key) do update
set input_digest = excluded.input_digest, status = excluded.status, body = excluded.body,
    expires_at = excluded.expires_at
where events_stored_answer.expires_at <= clock_timestamp()
"""

TRY_KEY = "select pg_try_advisory_xact_lock(hashtextextended(current_setting('app.tenant_id') || %s, 0))"

KNOWN_ANSWER = """
select input_digest, status, body from events_stored_answer
where actor_id = %s and scope = %s and key = %s and expires_at > clock_timestamp()
"""
