"""The audit: every command that was given, accepted or rejected."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.events import queries
from apps.events.admin.event import TRACED, trace_link
from apps.events.admin.filters import ActorFilter, CommandNameFilter
from apps.events.admin.listing import events_card
from apps.events.models import CommandRecord
from apps.kernel.admin.cells import NamesActors, drawn
from apps.kernel.admin.filters import day_range, known_values
from apps.kernel.admin.linking import named
from apps.kernel.admin.naming import title_of
from apps.kernel.admin.parts import Badge, Card, Code, Fact, facts


def outcome_badge(row: CommandRecord) -> Badge:
    return Badge(row.get_outcome_display(), "good" if row.outcome == CommandRecord.Outcome.ACCEPTED else "bad")


@admin.register(CommandRecord)
class CommandRecordAdmin(NamesActors):
    list_display = ("what", "result", "why", "by", "at", "cause")
    list_display_links = ("what",)
    list_filter = (
        ("outcome", ChoicesDropdownFilter),
        CommandNameFilter,
        day_range("occurred_at"),
        known_values("decision", _("decision"), [("allow", _("allowed")), ("deny", _("denied"))]),
        ActorFilter,
    )
    list_filter_submit = True
    guarded_by = "admin.view"
    search_fields = ("=correlation_id", "=target", "=name")
    search_help_text = _("A correlation id, the id of a target, or the name of a command")
    ordering = ("-occurred_at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CommandRecord]:
        return queries.commands_given()

    @admin.display(description=_("command"), ordering="name")
    def what(self, row: CommandRecord) -> str:
        return title_of(row.name)

    @admin.display(description=_("outcome"), ordering="outcome")
    def result(self, row: CommandRecord) -> str:
        return drawn(outcome_badge(row))

    @admin.display(description=_("rule or reason"))
    def why(self, row: CommandRecord) -> str:
        return drawn(Code(row.reason_code or row.decision_rule))

    @admin.display(description=_("by"))
    def by(self, row: Any) -> str:
        return drawn(row.people.get(row.actor_id))

    @admin.display(description=_("when"), ordering="occurred_at")
    def at(self, row: CommandRecord) -> str:
        return drawn(row.occurred_at)

    @admin.display(description=_("trace"))
    def cause(self, row: CommandRecord) -> str:
        return drawn(trace_link(row.correlation_id))

    def heading(self, obj: CommandRecord) -> str:
        return title_of(obj.name)

    def lead(self, obj: CommandRecord) -> str:
        return obj.reason

    def badges(self, obj: CommandRecord) -> list[Badge]:
        return [outcome_badge(obj)]

    def cards(self, request: HttpRequest, obj: CommandRecord) -> list[Card]:
        return [events_card(_("Events of the same cause"), queries.trace_of(obj.correlation_id)[:TRACED])]

    def side(self, request: HttpRequest, obj: CommandRecord) -> list[Card]:
        return [
            facts(
                _("Decision"),
                Fact(_("Permission"), Code(obj.permission) if obj.permission else _("none needed")),
                Fact(_("Decision"), obj.decision),
                Fact(_("Rule"), Code(obj.decision_rule) if obj.decision_rule else ""),
                Fact(_("Reason code"), Code(obj.reason_code) if obj.reason_code else ""),
                Fact(_("By"), named([obj.actor_id])[obj.actor_id]),
                Fact(_("Given"), obj.occurred_at),
            ),
            facts(
                _("Identity"),
                Fact(_("Command"), Code(str(obj.pk))),
                Fact(_("Name"), Code(obj.name)),
                Fact(_("Target"), Code(obj.target) if obj.target else ""),
                Fact(_("Correlation"), trace_link(obj.correlation_id)),
                Fact(_("Caused by"), Code(f"{obj.causation_type} {obj.causation_id}")),
                Fact(_("Input digest"), Code(obj.input_digest)),
                Fact(_("Idempotency key"), Code(obj.idempotency_key) if obj.idempotency_key else ""),
            ),
        ]
