"""What the log and the queue hold, for tests that say what a command told the rest of the system."""

from typing import Any

from apps.events.models import CommandRecord, Event, Job
from apps.tenancy.models import Tenant
from tests import people


def events(of: Tenant) -> list[str]:
    """Names of the tenant's events in the order they were written."""
    with people.reading(of):
        return list(
            Event.objects.order_by("occurred_at", "source_ref", "source_sequence", "pk").values_list(
                "event_type", flat=True
            )
        )


def commands(of: Tenant, **filters: Any) -> list[tuple[str, str, str]]:
    """(name, decision, reason code) of the tenant's command records, oldest first."""
    with people.reading(of):
        return list(
            CommandRecord.objects.filter(**filters)
            .order_by("occurred_at", "decided_at", "pk")
            .values_list("name", "decision", "reason_code")
        )


def deferred(of: Tenant) -> list[tuple[str, str]]:
    """(command, target) of the tenant's jobs, oldest first."""
    with people.reading(of):
        return list(Job.objects.order_by("created_at", "pk").values_list("command", "target"))
