"""Assignments: who holds which role."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access import queries
from apps.access.models import RoleAssignment
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address, page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Button, Card, Fact, Link, Who, facts
from apps.kernel.admin.viewer import CommandAdmin


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(CommandAdmin):
    list_display = ("member", "holds", "by", "since")
    list_display_links = ("member",)
    list_title = _("assignments")
    search_fields = ("role__name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleAssignment]:
        return queries.assignments_of_tenant()

    @admin.display(description=_("member"))
    def member(self, row: Any) -> str:
        return row.principal_name or ""

    @admin.display(description=_("role"), ordering="role__name")
    def holds(self, row: RoleAssignment) -> str:
        return drawn(Link(row.role.name, page_of(row.role)))

    @admin.display(description=_("given by"))
    def by(self, row: RoleAssignment) -> str:
        return drawn(Who(row.assigned_by.name, row.assigned_by.kind))

    @admin.display(description=_("since"), ordering="created_at")
    def since(self, row: RoleAssignment) -> str:
        return drawn(row.created_at)

    def heading(self, obj: Any) -> str:
        return f"{obj.principal_name} · {obj.role.name}"

    def buttons(self, request: HttpRequest, obj: Any) -> list[Button]:
        inputs = {"role_id": obj.role_id}
        return offered(offer("role.unassign", obj.principal_id, label=_("Take away"), inputs=inputs, look="danger"))

    def cards(self, request: HttpRequest, obj: Any) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Member"), Link(obj.principal_name, address("tenancy.membership", obj.membership_id) or "")),
                Fact(_("Role"), Link(obj.role.name, page_of(obj.role))),
                Fact(_("Given by"), Who(obj.assigned_by.name, obj.assigned_by.kind)),
                Fact(_("Since"), obj.created_at),
            )
        ]
