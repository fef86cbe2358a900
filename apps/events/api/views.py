"""The feed of the log, the telemetry view, and the queue of jobs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from apps.events import queries
from apps.events.api.filters import EventFilters, JobFilters, TelemetryFilters
from apps.events.api.representations import EventOut, JobOut, TelemetryOut
from apps.events.api.telemetry import telemetry_of
from apps.events.models import Event, Job
from apps.kernel.api.declarations import Read, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor


def events_visible_to(_actor: Actor) -> QuerySet[Event]:
    """Every member reads the tenant's log."""
    return queries.feed()


def jobs_visible_to(_actor: Actor) -> QuerySet[Job]:
    return queries.jobs()


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
