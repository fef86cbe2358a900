"""Revisions: what definitions said, and what each revision altered."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import subject_parts
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, facts
from apps.kernel.admin.viewer import CommandAdmin, on_list
from apps.metadata.admin.diffing import DiffBody, group_of
from apps.metadata.admin.listing import CHANGE, definition_page, kind_filter, label_of, short
from apps.metadata.core.diff import diff
from apps.metadata.models import Revision


@admin.register(Revision)
class RevisionAdmin(CommandAdmin):
    list_display = ("of", "sort", "at_number", "hash", "by", "since")
    list_display_links = ("of",)
    list_filter = (kind_filter("definition__kind"), day_range("created_at"))
    list_filter_submit = True
    search_fields = ("definition__key", "digest")
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        rows = Revision.objects.select_related("definition", "definition__project")
        if on_list(request):
            rows = rows.defer("content")
        return rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The numbers of the changes come in one query for the page."""
        changelist = super().get_changelist_instance(request)
        rows: list[Any] = list(changelist.result_list)
        changes = subject_parts((CHANGE, str(row.change_id)) for row in rows)
        for row in rows:
            row.made_by = changes[CHANGE, str(row.change_id)]
        changelist.result_list = rows
        return changelist

    @admin.display(description=_("definition"), ordering="definition__key")
    def of(self, row: Revision) -> str:
        return row.definition.key

    @admin.display(description=_("kind"))
    def sort(self, row: Revision) -> str:
        return label_of(row.definition.kind)

    @admin.display(description=_("revision"), ordering="number")
    def at_number(self, row: Revision) -> str:
        return f"#{row.number}"

    @admin.display(description=_("digest"))
    def hash(self, row: Revision) -> str:
        return drawn(short(row.digest))

    @admin.display(description=_("made by"))
    def by(self, row: Any) -> str:
        return drawn(row.made_by)

    @admin.display(description=_("made"), ordering="created_at")
    def since(self, row: Revision) -> str:
        return drawn(row.created_at)

    def heading(self, obj: Revision) -> str:
        return f"{obj.definition.key} #{obj.number}"

    def badges(self, obj: Revision) -> list[Badge]:
        names = obj.heads.order_by("environment_id").values_list("environment__name", flat=True)
        return [Badge(_("runs in %(name)s") % {"name": name}, "warn" if name == "prod" else "good") for name in names]

    def buttons(self, request: HttpRequest, obj: Revision) -> list[Button | Link]:
        return [Link(_("Open the definition"), definition_page(obj.definition.kind, obj.definition_id))]

    def cards(self, request: HttpRequest, obj: Revision) -> list[Card]:
        before = Revision.objects.filter(definition=obj.definition_id, number=obj.number - 1).first()
        old = before.content if before else None
        group = group_of(obj.definition.key, label_of(obj.definition.kind), old, obj.content, diff(old, obj.content))
        title = _("Against revision #%(number)s") % {"number": before.number} if before else _("The first revision")
        content = json.dumps(obj.content, indent=2, ensure_ascii=False)
        return [
            Card(title, "components/diff.html", DiffBody([group])),
            Card(_("Content"), "components/raw.html", content),
        ]

    def side(self, request: HttpRequest, obj: Revision) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Kind"), label_of(obj.definition.kind)),
                Fact(_("Key"), Code(obj.definition.key)),
                Fact(_("Project"), obj.definition.project.name),
                Fact(_("Digest"), Code(obj.digest)),
                Fact(_("Made by"), subject_parts([(CHANGE, str(obj.change_id))])[CHANGE, str(obj.change_id)]),
                Fact(_("Made"), obj.created_at),
            )
        ]
