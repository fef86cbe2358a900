"""Definitions of kinds that have no page of their own, and the past of every definition."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.parts import Card, Code, Fact, Link, facts, table
from apps.kernel.admin.viewer import CommandAdmin
from apps.metadata.admin.comparing import comparison
from apps.metadata.admin.listing import kind_filter, label_of, revision_table, running_in
from apps.metadata.admin.move import moves_table
from apps.metadata.admin.past import past_address, past_of
from apps.metadata.models import Definition
from apps.metadata.queries import moves_of, revisions_of

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
            table(_("Revisions"), revision_table(revisions_of(obj.pk).defer("content")[:SHOWN], running_in(heads))),
            table(
                _("Moves"),
                moves_table(list(moves_of(obj.pk).select_related("environment")[:SHOWN]), by_definition=False),
            ),
        ]

    def buttons(self, request: HttpRequest, obj: Definition) -> list[Link]:
        return [Link(_("As it was, and who set what"), past_address(obj.pk))]

    def more_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("compare/", wrap(self.compare), name="metadata_definition_compare"),
            path("<uuid:object_id>/past/", wrap(self.past), name="metadata_definition_past"),
        ]

    def compare(self, request: HttpRequest) -> HttpResponse:
        """Two environments, or one at two times."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, **comparison(request)}
        return TemplateResponse(request, "console/history.html", context)

    def past(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """A definition as it is or as it was, and which change set each attribute."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, **past_of(request, object_id)}
        return TemplateResponse(request, "console/history.html", context)
