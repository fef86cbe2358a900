"""Environments: the stages of a project."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, facts
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy.admin.badges import stage_badge
from apps.tenancy.models import Environment


@admin.register(Environment)
class EnvironmentAdmin(CommandAdmin):
    list_display = ("label", "of", "kind", "gate")
    list_display_links = ("label",)
    list_filter = (("name", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("project__name", "project__key")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Environment]:
        by_place = ("project__name", "project_id", "position", "pk")
        return Environment.objects.select_related("project").order_by(*by_place)

    @admin.display(description=_("environment"))
    def label(self, row: Environment) -> str:
        return row.name

    @admin.display(description=_("project"), ordering="project__name")
    def of(self, row: Environment) -> str:
        return drawn(Link(row.project.name, page_of(row.project)))

    @admin.display(description=_("kind"))
    def kind(self, row: Environment) -> str:
        return drawn(stage_badge(row))

    @admin.display(description=_("promotion needs approval"), ordering="requires_promotion_approval")
    def gate(self, row: Environment) -> str:
        return drawn(row.requires_promotion_approval)

    def heading(self, obj: Environment) -> str:
        return f"{obj.project.name} · {obj.name}"

    def badges(self, obj: Environment) -> list[Badge]:
        return [stage_badge(obj)] + ([Badge(_("default"), "accent")] if obj.is_default else [])

    def buttons(self, request: HttpRequest, obj: Environment) -> list[Button]:
        return offered(offer("environment.configure", obj.pk, label=_("Configure"), asks=True, icon="tune"))

    def cards(self, request: HttpRequest, obj: Environment) -> list[Card]:
        return [
            facts(
                _("How changes get in"),
                Fact(_("Promotion needs approval"), obj.requires_promotion_approval),
                Fact(_("Promotion webhook"), obj.promotion_webhook_url or _("none")),
            ),
            facts(
                _("Facts"),
                Fact(_("Project"), Link(obj.project.name, page_of(obj.project))),
                Fact(_("Created"), obj.created_at),
                Fact("ID", Code(str(obj.pk))),
            ),
        ]
