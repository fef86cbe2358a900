"""Heads: which revision of each definition the environment runs."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import address
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin, on_list
from apps.metadata.admin.listing import STATUS, definition_page, kind_filter, label_of, short, status_badge, uses_table
from apps.metadata.models import Head
from apps.metadata.queries import content_of, references_to, root_digest
from apps.tenancy.admin.badges import environment_badge

SHOWN = 50


@admin.register(Head)
class HeadAdmin(CommandAdmin):
    list_display = ("label", "sort", "short_key", "state", "at_number", "since")
    list_display_links = ("label",)
    list_filter = (kind_filter("kind"), STATUS, day_range("moved_at"))
    list_filter_submit = True
    search_fields = ("name", "key")
    ordering = ("kind", "key", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Head]:
        rows = Head.objects.select_related("environment", "environment__project")
        if on_list(request):
            rows = rows.filter(environment=shell_of(request).environment_id)
        return rows

    @admin.display(description=_("name"), ordering="name")
    def label(self, row: Head) -> str:
        return row.name

    @admin.display(description=_("kind"), ordering="kind")
    def sort(self, row: Head) -> str:
        return label_of(row.kind)

    @admin.display(description=_("key"), ordering="key")
    def short_key(self, row: Head) -> str:
        return drawn(Code(row.key))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Head) -> str:
        return drawn(status_badge(row.status))

    @admin.display(description=_("revision"), ordering="number")
    def at_number(self, row: Head) -> str:
        return drawn(Link(f"#{row.number}", address("metadata.revision", row.revision_id) or ""))

    @admin.display(description=_("moved"), ordering="moved_at")
    def since(self, row: Head) -> str:
        return drawn(row.moved_at)

    def heading(self, obj: Head) -> str:
        return obj.name

    def badges(self, obj: Head) -> list[Badge]:
        return [status_badge(obj.status), environment_badge(obj.environment.name)]

    def buttons(self, request: HttpRequest, obj: Head) -> list[Button | Link]:
        return [Link(_("Open the definition"), definition_page(obj.kind, obj.definition_id))]

    def cards(self, request: HttpRequest, obj: Head) -> list[Card]:
        content = json.dumps(content_of(obj), indent=2, ensure_ascii=False)
        uses = references_to(obj.environment_id, obj.kind, obj.key)[:SHOWN]
        return [table(_("What uses it here"), uses_table(uses)), Card(_("Content"), "components/raw.html", content)]

    def side(self, request: HttpRequest, obj: Head) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Kind"), label_of(obj.kind)),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("Revision"), Link(f"#{obj.number}", address("metadata.revision", obj.revision_id) or "")),
                Fact(_("Digest"), Code(obj.digest)),
                Fact(_("Moved"), obj.moved_at),
                Fact(_("Project"), obj.environment.project.name),
                Fact(_("Root digest here"), short(root_digest(obj.environment_id))),
            )
        ]
