"""Reading the log: the feed, the story of one thing, the trace of one cause, and what waits for a person."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from apps.events.models import CommandRecord, Event, Job, Outbox, Timer
from apps.events.models.queue import Leased
from apps.kernel.event_types import canonical_names
from apps.kernel.unit import Subject, subject_of

_HORIZON = RawSQL("(select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + lead from events_epoch)", [])


def feed() -> QuerySet[Event]:
    """Events in delivery order. A transaction still under way may commit a lower number: nothing past it is shown."""
    return Event.objects.filter(transaction_id__lt=_HORIZON).order_by("transaction_id", "pk")


def events_named(name: str) -> list[str]:
    """The canonical names a filter value stands for: a name, an alias, or a whole family by its first part."""
    return canonical_names(name)


def story_of(subject: Subject) -> QuerySet[Event]:
    """Everything that happened to one thing, oldest first."""
    kind, identity = subject_of(subject)
    return Event.objects.filter(resource_type=kind, resource_id=identity).order_by(
        "occurred_at", "source_ref", "source_sequence", "pk"
    )


def trace_of(correlation_id: str) -> QuerySet[Event]:
    """Everything one cause led to, in canonical order."""
    return Event.objects.filter(correlation_id=correlation_id).order_by(
        "occurred_at", "source_ref", "source_sequence", "pk"
    )


def commands_given() -> QuerySet[CommandRecord]:
    """The audit: every command, newest first."""
    return CommandRecord.objects.order_by("-occurred_at", "-pk")


def decisions() -> QuerySet[CommandRecord]:
    """Allows and denials of guarded commands, newest first."""
    return commands_given().exclude(permission="")


def jobs(status: str | None = None) -> QuerySet[Job]:
    """Jobs of the tenant, newest first."""
    found = Job.objects.order_by("-created_at", "-pk")
    return found.filter(status=status) if status else found


def quarantined_jobs() -> QuerySet[Job]:
    """Jobs that failed for good and wait for a person."""
    return jobs(Job.Status.QUARANTINED)


def timers() -> QuerySet[Timer]:
    """Timers of the tenant, the next one first."""
    return Timer.objects.order_by("due_at", "pk")


def quarantined_timers() -> QuerySet[Timer]:
    """Timers whose command kept failing when they fired."""
    return timers().filter(status=Leased.Status.QUARANTINED)


def outbox() -> QuerySet[Outbox]:
    """Events that have not been handed to their subscribers, the next one first."""
    return Outbox.objects.order_by("due_at", "pk")


def quarantined_outbox() -> QuerySet[Outbox]:
    """Events that could not be handed over."""
    return outbox().filter(status=Leased.Status.QUARANTINED)
