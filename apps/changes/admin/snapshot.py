"""Snapshots: which revision each definition had before a change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.changes.admin.outcome import snapshot_cells
from apps.changes.models import Snapshot
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.parts import Card, Fact, Link, facts
from apps.kernel.admin.viewer import CommandAdmin


@admin.register(Snapshot)
class SnapshotAdmin(CommandAdmin):
    list_display = ("of", "made_by", "before", "since")
    list_display_links = ("of",)
    search_fields = ("definition__key", "change__number")
    ordering = ("-taken_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Snapshot]:
        return Snapshot.objects.select_related("definition", "revision_before", "change")

    @admin.display(description=_("definition"), ordering="definition__key")
    def of(self, row: Snapshot) -> str:
        return row.definition.key

    @admin.display(description=_("change"), ordering="change__number")
    def made_by(self, row: Snapshot) -> str:
        return drawn(Link(row.change.number, page_of(row.change)))

    @admin.display(description=_("revision before"))
    def before(self, row: Snapshot) -> str:
        return f"#{row.revision_before.number}" if row.revision_before else str(_("did not exist"))

    @admin.display(description=_("taken"), ordering="taken_at")
    def since(self, row: Snapshot) -> str:
        return drawn(row.taken_at)

    def heading(self, obj: Snapshot) -> str:
        return f"{obj.definition.key} · {obj.change.number}"

    def cards(self, request: HttpRequest, obj: Snapshot) -> list[Card]:
        definition, kind, before, digest, taken = snapshot_cells(obj)
        change = Link(str(obj.change), page_of(obj.change))
        return [
            facts(
                _("Facts"),
                Fact(_("Definition"), definition),
                Fact(_("Kind"), kind),
                Fact(_("Change"), change),
                Fact(_("Revision before"), before),
                Fact(_("Digest before"), digest),
                Fact(_("Taken"), taken),
            )
        ]
