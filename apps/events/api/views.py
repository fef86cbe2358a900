"""The feed of the log, the telemetry view, and the queues: jobs, timers, events to be delivered."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from apps.events import queries
from apps.events.api.filters import EventFilters, JobFilters, OutboxFilters, TelemetryFilters, TimerFilters
from apps.events.api.representations import EventOut, JobOut, OutboxOut, TelemetryOut, TimerOut
from apps.events.api.telemetry import telemetry_of
from apps.events.models import Event, Job, Outbox, Timer
from apps.kernel.api.declarations import Read, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor


def events_visible_to(_actor: Actor) -> QuerySet[Event]:
    """Every member reads the tenant's log."""
    return queries.feed()


def jobs_visible_to(_actor: Actor) -> QuerySet[Job]:
    return queries.jobs()


def timers_visible_to(_actor: Actor) -> QuerySet[Timer]:
    return queries.timers()


def outbox_visible_to(_actor: Actor) -> QuerySet[Outbox]:
    return queries.outbox()


class EventViewSet(ScopedViewSet):
    """The event log in the order of delivery.

    Keep the last `next_cursor`, or the last page, and read on from there: no event is skipped, because nothing is shown
    that a transaction still under way could precede.
    """

    queryset_from = events_visible_to
    serializer_class = EventOut
    ordering = ("transaction_id", "id")
    filterset_class = EventFilters


class TelemetryViewSet(ScopedViewSet):
    """The log in the columns of the execution telemetry, newest first."""

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return [telemetry_of(event) for event in rows]

    @reads(
        "execution-telemetry",
        TelemetryOut,
        many=True,
        detail=False,
        ordering=("-occurred_at", "-id"),
        filters=TelemetryFilters,
        permission="admin.view",
    )
    def telemetry(self) -> QuerySet[Event]:
        """List the execution telemetry."""
        return queries.feed()


class JobViewSet(ScopedViewSet):
    """Commands that wait for a worker. A quarantined one kept failing and waits for a person."""

    queryset_from = jobs_visible_to
    serializer_class = JobOut
    ordering = ("-created_at", "-id")
    filterset_class = JobFilters
    read_permission = "admin.view"
    commands = {"replay": "job.replay"}


class TimerViewSet(ScopedViewSet):
    """Clocks that run, fired, or were stopped. A quarantined one fired, but its command kept failing."""

    queryset_from = timers_visible_to
    serializer_class = TimerOut
    ordering = ("due_at", "id")
    filterset_class = TimerFilters
    read_permission = "admin.view"
    commands = {"replay": "timer.replay"}


class OutboxViewSet(ScopedViewSet):
    """Events that no subscriber was told of yet. A quarantined one could not be handed over, and waits for a person."""

    queryset_from = outbox_visible_to
    serializer_class = OutboxOut
    ordering = ("due_at", "id")
    filterset_class = OutboxFilters
    read_permission = "admin.view"
    commands = {"replay": "outbox.replay"}
