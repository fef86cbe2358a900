"""Filters of the log that are not columns."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.events import queries
from apps.kernel import commands
from apps.kernel.admin.linking import named
from apps.kernel.event_types import registered_events


class EventTypeFilter(DropdownFilter):
    """A canonical name, or a whole family such as ``change``."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = sorted(registered_events())
        families = sorted({name.partition(".")[0] for name in names})
        return [(family, f"{family}.*") for family in families] + [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        if "." not in value:
            return queryset.filter(event_type__startswith=f"{value}.")
        return queryset.filter(event_type__in=queries.events_named(value))


class CommandNameFilter(DropdownFilter):
    title = _("command")
    parameter_name = "command"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(command.name, command.name) for command in commands.registered()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(name=value) if value else queryset


class ActorFilter(DropdownFilter):
    """Reached by links from a member's page; shown only while it is on."""

    title = _("actor")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = request.GET.get(self.parameter_name)
        if not chosen:
            return []
        try:
            identity = UUID(chosen)
        except ValueError:
            return []
        return [(chosen, named([identity])[identity].name)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(actor_id=value) if value else queryset
