"""Tenants: the ones a person belongs to; every one for operators in the platform tenant."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, facts
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy import queries
from apps.tenancy.models import Tenant


@admin.register(Tenant)
class TenantAdmin(CommandAdmin):
    list_display = ("name", "short", "state", "plan", "since")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name", "slug")
    list_commands = ("tenant.create",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        return queries.tenants_administered()

    @admin.display(description=_("slug"), ordering="slug")
    def short(self, row: Tenant) -> str:
        return drawn(Code(row.slug))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Tenant) -> str:
        return drawn(_badge(row))

    @admin.display(description=_("since"), ordering="created_at")
    def since(self, row: Tenant) -> str:
        return drawn(row.created_at)

    def badges(self, obj: Tenant) -> list[Badge]:
        return [_badge(obj)]

    def buttons(self, request: HttpRequest, obj: Tenant) -> list[Button]:
        here = shell_of(request).tenant_id == obj.pk
        active = obj.status == Tenant.Status.ACTIVE
        return offered(
            offer("tenant.rename", label=_("Rename"), inputs={"name": obj.name}, asks=True, icon="edit")
            if here
            else None,
            offer("tenant.enter", obj.pk, label=_("Enter"), asks=True, icon="login") if active and not here else None,
            offer("tenant.archive", obj.pk, label=_("Archive"), asks=True, look="danger") if active else None,
            offer("tenant.restore", obj.pk, label=_("Restore"), look="primary") if not active else None,
        )

    def cards(self, request: HttpRequest, obj: Tenant) -> list[Card]:
        shown: list[Any] = [
            Fact(_("Slug"), Code(obj.slug)),
            Fact(_("Plan"), obj.plan),
            Fact(_("Since"), obj.created_at),
            Fact(_("Archived"), obj.archived_at),
            Fact("ID", Code(str(obj.pk))),
        ]
        return [facts(_("Facts"), *shown)]


def _badge(row: Tenant) -> Badge:
    return Badge(row.get_status_display(), "good" if row.status == Tenant.Status.ACTIVE else "")
