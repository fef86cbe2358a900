"""Columns of lists: badges, people, links and times, drawn as on the pages."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from apps.kernel.admin.linking import named
from apps.kernel.admin.viewer import CommandAdmin


def drawn(value: Any) -> str:
    """One part as HTML."""
    return mark_safe(render_to_string("components/part.html", {"value": value}).strip())  # noqa: S308  escaped there


class NamesActors(CommandAdmin):
    """A list whose rows carry the ids of principals. Their names come in one query for the page."""

    actor_columns: Iterable[str] = ("actor_id",)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        people = named(getattr(row, column) for row in rows for column in self.actor_columns)
        for row in rows:
            row.people = people
        changelist.result_list = rows
        return changelist
