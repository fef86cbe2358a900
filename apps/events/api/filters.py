"""How the log and the queue are narrowed."""

import django_filters
from django.db.models import QuerySet

from apps.events import queries
from apps.events.models import Event, Job, Outbox, Timer
from apps.kernel.api.filters import Filters


class EventFilters(Filters):
    type = django_filters.CharFilter(
        method="of_type", max_length=100, label="Events of this type: its name or one of its aliases."
    )
    subject_type = django_filters.CharFilter(
        field_name="resource_type", max_length=100, label="Events about this kind of thing."
    )
    subject_id = django_filters.CharFilter(field_name="resource_id", max_length=100, label="Events about this thing.")
    actor = django_filters.UUIDFilter(field_name="actor_id", label="Events this principal caused.")
    correlation_id = django_filters.CharFilter(max_length=100, label="Events of one cause.")
    environment = django_filters.UUIDFilter(field_name="environment_id", label="Events in this environment.")
    since = django_filters.IsoDateTimeFilter(
        field_name="occurred_at", lookup_expr="gte", label="Events that occurred at this time or later."
    )
    until = django_filters.IsoDateTimeFilter(
        field_name="occurred_at", lookup_expr="lt", label="Events that occurred before this time."
    )

    def of_type(self, events: QuerySet[Event], _name: str, value: str) -> QuerySet[Event]:
        return events.filter(event_type__in=queries.events_named(value))


class TelemetryFilters(Filters):
    event_type = django_filters.CharFilter(
        method="of_type", max_length=100, label="Events of this type: its name or one of its aliases."
    )

    def of_type(self, events: QuerySet[Event], _name: str, value: str) -> QuerySet[Event]:
        return events.filter(event_type__in=queries.events_named(value))


# ``from`` is a word of the language: it can only be set by name.
TelemetryFilters.base_filters["from"] = django_filters.IsoDateTimeFilter(
    field_name="occurred_at", lookup_expr="gte", label="Events at this time or later."
)
TelemetryFilters.base_filters["to"] = django_filters.IsoDateTimeFilter(
    field_name="occurred_at", lookup_expr="lte", label="Events at this time or earlier."
)


class JobFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Job.Status.choices, label="Jobs in this status.")
    command = django_filters.CharFilter(max_length=100, label="Jobs that give this command.")


class TimerFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Timer.Status.choices, label="Timers in this status.")
    kind = django_filters.CharFilter(max_length=50, label="Timers of this kind.")
    subject_id = django_filters.CharFilter(max_length=100, label="Timers on this thing.")


class OutboxFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Outbox.Status.choices, label="Undelivered events in this status.")
