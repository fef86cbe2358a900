"""The event log."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.events import queries
from apps.events.admin.filters import ActorFilter, EventTypeFilter
from apps.events.admin.listing import events_card, newest_first, said
from apps.events.models import Event
from apps.kernel.admin.cells import NamesActors, drawn
from apps.kernel.admin.filters import day_range, known_values
from apps.kernel.admin.linking import list_of, named, subject_parts
from apps.kernel.admin.parts import Badge, Card, Code, Fact, Link, facts

TRACED = 50
KINDS = [("human", _("human")), ("agent", _("agent")), ("service", _("service"))]


@admin.register(Event)
class EventAdmin(NamesActors):
    list_display = ("what", "subject", "by", "at", "cause")
    list_filter = (
        EventTypeFilter,
        day_range("occurred_at"),
        known_values(
            "actor_type", _("kind of actor"), [("human", _("human")), ("agent", _("agent")), ("service", _("service"))]
        ),
        ActorFilter,
    )
    list_filter_submit = True
    list_display_links = ("what",)
    search_fields = ("=correlation_id", "=resource_id", "=event_type")
    search_help_text = _("A correlation id, the id of a subject, or the name of an event")
    ordering = ("-occurred_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return queries.feed().order_by("-occurred_at", "-pk")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        if not changelist.params.get(ORDER_VAR):
            changelist.result_list = newest_first(changelist.result_list)
        subjects = subject_parts((row.resource_type, row.resource_id) for row in changelist.result_list)
        for row in changelist.result_list:
            row.subjects = subjects
        return changelist

    @admin.display(description=_("event"), ordering="event_type")
    def what(self, row: Event) -> str:
        return said(row.event_type)

    @admin.display(description=_("subject"))
    def subject(self, row: Any) -> str:
        return drawn(row.subjects.get((row.resource_type, row.resource_id)))

    @admin.display(description=_("by"))
    def by(self, row: Any) -> str:
        return drawn(row.people.get(row.actor_id))

    @admin.display(description=_("when"), ordering="occurred_at")
    def at(self, row: Event) -> str:
        return drawn(row.occurred_at)

    @admin.display(description=_("trace"))
    def cause(self, row: Event) -> str:
        return drawn(trace_link(row.correlation_id))

    def heading(self, obj: Event) -> str:
        return said(obj.event_type)

    def badges(self, obj: Event) -> list[Badge]:
        return [Badge(_("privileged"), "warn")] if obj.privileged else []

    def cards(self, request: HttpRequest, obj: Event) -> list[Card]:
        payload = json.dumps(obj.payload, indent=2, ensure_ascii=False, sort_keys=True)
        trace = queries.trace_of(obj.correlation_id)[:TRACED]
        return [
            Card(_("What it says"), "components/raw.html", payload),
            events_card(_("All that this cause led to"), trace),
        ]

    def side(self, request: HttpRequest, obj: Event) -> list[Card]:
        about = (obj.resource_type, obj.resource_id)
        return [
            facts(
                _("Facts"),
                Fact(_("Name"), Code(obj.event_type)),
                Fact(_("Subject"), subject_parts([about])[about]),
                Fact(_("By"), named([obj.actor_id])[obj.actor_id]),
                Fact(_("Happened"), obj.occurred_at),
                Fact(_("Permission"), obj.permission),
                Fact(_("Granted by"), obj.permission_ref),
            ),
            facts(
                _("Identity"),
                Fact(_("Event"), Code(str(obj.pk))),
                Fact(_("Correlation"), trace_link(obj.correlation_id)),
                Fact(_("Caused by"), Code(f"{obj.causation_type} {obj.causation_id}")),
                Fact(_("Source"), Code(f"{obj.source_ref} {obj.source_native_id}")),
                Fact(_("Payload digest"), Code(obj.payload_hash)),
                Fact(_("Payload version"), obj.payload_schema_version),
            ),
        ]


def trace_link(correlation_id: str) -> Link:
    """Everything with the same correlation id."""
    return Link(correlation_id[:8], list_of("events.event", f"q={correlation_id}"))
