"""Jobs: what workers have to do, did, or could not do."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.events import queries
from apps.events.admin.event import TRACED, trace_link
from apps.events.admin.listing import events_card, job_badge, retry
from apps.events.models import Job
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.offers import offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, facts
from apps.kernel.admin.viewer import CommandAdmin


@admin.register(Job)
class JobAdmin(CommandAdmin):
    guarded_by = "admin.view"
    list_display = ("what", "state", "attempts", "due", "made")
    list_display_links = ("what",)
    list_filter = (("status", ChoicesDropdownFilter), day_range("created_at"))
    list_filter_submit = True
    search_fields = ("=correlation_id", "=target", "=command")
    search_help_text = _("A correlation id, the id of a target, or the name of a command")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return queries.jobs()

    @admin.display(description=_("job"), ordering="command")
    def what(self, row: Job) -> str:
        return row.command

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Job) -> str:
        return drawn(job_badge(row))

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, row: Job) -> str:
        return drawn(row.due_at)

    @admin.display(description=_("made"), ordering="created_at")
    def made(self, row: Job) -> str:
        return drawn(row.created_at)

    def heading(self, obj: Job) -> str:
        return obj.command

    def badges(self, obj: Job) -> list[Badge]:
        return [job_badge(obj)]

    def buttons(self, request: HttpRequest, obj: Job) -> list[Button]:
        return offered(retry(obj))

    def cards(self, request: HttpRequest, obj: Job) -> list[Card]:
        cards = [Card(_("Inputs"), "components/raw.html", json.dumps(obj.inputs, indent=2, ensure_ascii=False))]
        if obj.last_error:
            cards.insert(0, Card(_("Last error"), "components/raw.html", obj.last_error))
        return [*cards, events_card(_("Events of the same cause"), queries.trace_of(obj.correlation_id)[:TRACED])]

    def side(self, request: HttpRequest, obj: Job) -> list[Card]:
        shown: list[Any] = [
            Fact(_("Target"), Code(obj.target) if obj.target else ""),
            Fact(_("Attempts"), str(obj.attempts)),
            Fact(_("Due"), obj.due_at),
            Fact(_("Made"), obj.created_at),
            Fact(_("Finished"), obj.finished_at),
            Fact(_("Retried"), obj.replayed_at),
            Fact(_("Correlation"), trace_link(obj.correlation_id)),
            Fact(_("Job"), Code(str(obj.pk))),
        ]
        return [facts(_("Facts"), *shown)]
