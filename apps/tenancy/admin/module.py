"""Modules: parts of a project."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Button, Card, Code, Fact, Link, facts
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy.models import Module


@admin.register(Module)
class ModuleAdmin(CommandAdmin):
    list_display = ("name", "project", "type", "root_path", "version")
    list_filter = (("type", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Module]:
        return Module.objects.select_related("project").order_by("project__name", "name", "pk")

    def buttons(self, request: HttpRequest, obj: Module) -> list[Button]:
        return offered(offer("module.configure", obj.pk, label=_("Configure"), asks=True, icon="tune"))

    def cards(self, request: HttpRequest, obj: Module) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Project"), Link(obj.project.name, page_of(obj.project))),
                Fact(_("Type"), obj.get_type_display()),
                Fact(_("Root path"), Code(obj.root_path)),
                Fact(_("Version"), obj.version),
                Fact(_("Capability profile"), obj.get_capability_profile_display()),
                Fact(_("Created"), obj.created_at),
                Fact("ID", Code(str(obj.pk))),
            )
        ]
