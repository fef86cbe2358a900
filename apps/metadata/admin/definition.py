"""Definitions of kinds that have no page of their own."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.parts import Card, Code, Fact, facts, table
from apps.kernel.admin.viewer import CommandAdmin
from apps.metadata.admin.listing import kind_filter, label_of, revision_table, running_in
from apps.metadata.models import Definition
from apps.metadata.queries import revisions_of

SHOWN = 50


@admin.register(Definition)
class DefinitionAdmin(CommandAdmin):
    list_display = ("key", "kind", "created_at")
    search_fields = ("key",)
    list_filter = (kind_filter("kind"),)
    list_filter_submit = True
    ordering = ("kind", "key", "pk")

    def heading(self, obj: Definition) -> str:
        return obj.key

    def cards(self, request: HttpRequest, obj: Definition) -> list[Card]:
        heads = obj.heads.select_related("environment").order_by("environment_id")
        return [
            facts(
                _("Facts"),
                Fact(_("Kind"), label_of(obj.kind)),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("Created"), obj.created_at),
                Fact("ID", Code(str(obj.pk))),
            ),
            table(_("Revisions"), revision_table(revisions_of(obj.pk)[:SHOWN], running_in(heads))),
        ]
