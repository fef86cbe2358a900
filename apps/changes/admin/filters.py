"""Filters of the list of changes."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.changes import queries
from apps.changes.models import Change
from apps.kernel.scope import current_scope
from apps.tenancy.queries import projects_visible


class WhoseFilter(DropdownFilter):
    """The lists behind the numbers of the home page."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("My open changes")),
            ("waiting", _("Waiting for my vote")),
            ("failed", _("My failed validations")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        me = current_scope().actor
        rows: Callable[[], QuerySet[Change]] | None = {
            "mine": lambda: queries.changes_of_author(me.id),
            "waiting": lambda: queries.changes_awaiting(me),
            "failed": lambda: queries.failed_validations(me.id),
        }.get(self.value() or "")
        return queryset.filter(pk__in=rows().order_by().select_related(None).values("pk")) if rows else queryset


class ProjectFilter(DropdownFilter):
    title = _("project")
    parameter_name = "project"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in projects_visible()[:200]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        value = self.value()
        return queryset.filter(project=value) if value else queryset


class ArchivedFilter(DropdownFilter):
    title = _("archived")
    parameter_name = "archived"
    all_option = ["", _("Only what is not archived")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Only archived ones")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        value = self.value()
        if value == "all":
            return queryset
        return queryset.filter(archived_at__isnull=value != "yes")
