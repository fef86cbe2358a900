"""From the outbox to the subscribers: every event becomes one delivery job for each of them, at least once."""

import json
from datetime import datetime
from itertools import groupby
from uuid import UUID

import structlog
from django.db import connection

from apps.events.core.identity import delivery_key, job_id
from apps.events.models import Event, Outbox
from apps.events.services.claims import ARCHIVED_SECONDS, Claimed, error_text, release
from apps.kernel import hooks, ports
from apps.kernel.commands import Safety, command
from apps.kernel.errors import DomainError, NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor, scope_transaction, scoped

log = structlog.get_logger(__name__)

DELIVER = "event.deliver"


class DeliveryFailed(Exception):
    """A subscriber could not take an event."""


_DELIVERIES = """
insert into events_job (id, tenant_id, command, target, inputs, dedupe_key, correlation_id, caused_by)
select id, current_setting('app.tenant_id')::uuid, command, target, inputs, dedupe_key, correlation_id, caused_by
from jsonb_to_recordset(%s) as j(id uuid, command text, target text, inputs jsonb, dedupe_key text,
    correlation_id text, caused_by uuid)
on conflict (tenant_id, dedupe_key) do nothing
"""


@command(DELIVER, safety=Safety.WRITE_INTERNAL, internal=True)
def deliver_event(event_id: UUID, *, subscriber: str, actor: Actor, at: datetime) -> None:
    """Hand one event to one subscriber, in a transaction that also marks the delivery as done.

    A subscriber has nobody to refuse to: its refusal is a failure, which is tried again and then put aside.
    """
    try:
        hooks.get_subscriber(subscriber).function(Event.objects.one(event_id), actor=actor, at=at)
    except DomainError as refusal:
        raise DeliveryFailed(f"{refusal.code}: {refusal.message}") from refusal


def relay(claims: list[Claimed]) -> int:
    """Turn claimed outbox rows into deliveries, tenant by tenant. Killed halfway, it is simply done again.

    Answers how many were. Those of an archived tenant wait for its return, and one tenant's failure is its own.
    """
    relayed = 0
    by_tenant = sorted(claims, key=lambda claimed: claimed.tenant_id)
    for tenant_id, rows in groupby(by_tenant, key=lambda claimed: claimed.tenant_id):
        group = list(rows)
        try:
            system = ports.principals().system_scope(tenant_id, correlation_id="relay", causation=None)
            with scoped(system), scope_transaction():
                _relay_tenant([claimed.id for claimed in group])
            relayed += len(group)
        except NotFound:
            for claimed in group:
                release(claimed, wait_seconds=ARCHIVED_SECONDS)
        except Exception as error:  # the wall between tenants: the rows are claimed again when their lease ends
            log.exception("relay.failed", tenant_id=str(tenant_id))
            _keep_error(tenant_id, [claimed.id for claimed in group], error)
    return relayed


def _keep_error(tenant_id: UUID, ids: list[UUID], error: Exception) -> None:
    """For the person who finds them quarantined."""
    with scope_transaction(tenant_id=tenant_id), connection.cursor() as cursor:
        cursor.execute("update events_outbox set last_error = %s where event_id = any(%s)", [error_text(error), ids])


def _relay_tenant(ids: list[UUID]) -> None:
    events: TenantQuerySet[Event] = Event.objects.filter(pk__in=ids)
    deliveries = [
        {
            "id": str(job_id(event.pk, ordinal)),
            "command": DELIVER,
            "target": str(event.pk),
            "inputs": {"subscriber": name},
            "dedupe_key": delivery_key(name, event.pk),
            "correlation_id": event.correlation_id,
            "caused_by": event.causation_id,
        }
        for event in events.order_by("transaction_id", "pk")
        for ordinal, name in enumerate(hooks.subscribers_of(event.event_type))
    ]
    if deliveries:
        with connection.cursor() as cursor:
            cursor.execute(_DELIVERIES, [json.dumps(deliveries)])
    Outbox.objects.filter(pk__in=ids).delete()
