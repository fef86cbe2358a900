"""The queues: what workers have to do, did, or could not do."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.events import queries
from apps.events.admin.event import TRACED, trace_link
from apps.events.admin.listing import badge_of, events_card, name_of, retry
from apps.events.models import Job, Outbox, Timer
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import address, subject_parts
from apps.kernel.admin.offers import offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, facts
from apps.kernel.admin.viewer import CommandAdmin


class QueueAdmin(CommandAdmin):
    """Rows that wait for a worker, with a retry for what was put aside."""

    guarded_by = "admin.view"
    list_display = ("what", "state", "attempts", "due", "made")
    list_display_links = ("what",)
    list_filter = (("status", ChoicesDropdownFilter), day_range("created_at"))
    list_filter_submit = True

    @admin.display(description=_("what"))
    def what(self, row: Any) -> str:
        return name_of(row)

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Any) -> str:
        return drawn(badge_of(row))

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, row: Any) -> str:
        return drawn(row.due_at)

    @admin.display(description=_("made"), ordering="created_at")
    def made(self, row: Any) -> str:
        return drawn(row.created_at)

    def heading(self, obj: Any) -> str:
        return name_of(obj)

    def badges(self, obj: Any) -> list[Badge]:
        return [badge_of(obj)]

    def buttons(self, request: HttpRequest, obj: Any) -> list[Button]:
        return offered(retry(obj))

    def cards(self, request: HttpRequest, obj: Any) -> list[Card]:
        return [Card(_("Last error"), "components/raw.html", obj.last_error)] if obj.last_error else []

    def side(self, request: HttpRequest, obj: Any) -> list[Card]:
        shown: list[Any] = [
            *self.about(obj),
            Fact(_("Attempts"), str(obj.attempts)),
            Fact(_("Due"), obj.due_at),
            Fact(_("Made"), obj.created_at),
            Fact(_("Finished"), obj.finished_at),
        ]
        return [facts(_("Facts"), *shown)]

    def about(self, obj: Any) -> list[Any]:
        """The facts that rows of this queue alone have."""
        return []


@admin.register(Job)
class JobAdmin(QueueAdmin):
    search_fields = ("=correlation_id", "=target", "=command")
    search_help_text = _("A correlation id, the id of a target, or the name of a command")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return queries.jobs()

    def cards(self, request: HttpRequest, obj: Any) -> list[Card]:
        inputs = json.dumps(obj.inputs, indent=2, ensure_ascii=False)
        return [
            *super().cards(request, obj),
            Card(_("Inputs"), "components/raw.html", inputs),
            events_card(_("Events of the same cause"), queries.trace_of(obj.correlation_id)[:TRACED]),
        ]

    def about(self, obj: Any) -> list[Any]:
        return [
            Fact(_("Job"), Code(str(obj.pk))),
            Fact(_("Target"), Code(obj.target) if obj.target else ""),
            Fact(_("Retried"), obj.replayed_at),
            Fact(_("Correlation"), trace_link(obj.correlation_id)),
        ]


@admin.register(Timer)
class TimerAdmin(QueueAdmin):
    search_fields = ("=correlation_id", "=subject_id", "=kind")
    search_help_text = _("A correlation id, the id of a subject, or the name of a timer")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Timer]:
        return queries.timers()

    def cards(self, request: HttpRequest, obj: Any) -> list[Card]:
        trace = queries.trace_of(obj.correlation_id)[:TRACED]
        return [*super().cards(request, obj), events_card(_("Events of the same cause"), trace)]

    def about(self, obj: Any) -> list[Any]:
        subject = (obj.subject_type, obj.subject_id)
        return [
            Fact(_("Timer"), Code(str(obj.pk))),
            Fact(_("Subject"), subject_parts([subject])[subject]),
            Fact(_("Correlation"), trace_link(obj.correlation_id)),
        ]


@admin.register(Outbox)
class OutboxAdmin(QueueAdmin):
    """Events on their way to their subscribers; most are gone within a second."""

    search_fields = ("=event_type",)
    search_help_text = _("The name of an event")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outbox]:
        return queries.outbox()

    def about(self, obj: Any) -> list[Any]:
        return [Fact(_("Event"), Link(str(obj.pk), address("events.event", obj.pk) or ""))]
