"""Roles: named sets of permissions."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.access import queries
from apps.access.core.catalogue import CATALOGUE
from apps.access.models import Role
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, facts, table
from apps.kernel.admin.viewer import CommandAdmin

SHOWN = 100


def role_badge(row: Role) -> Badge:
    return Badge(row.get_status_display(), "good" if row.status == Role.Status.ACTIVE else "")


@admin.register(Role)
class RoleAdmin(CommandAdmin):
    list_display = ("name", "state", "held", "description")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name", "description")
    list_commands = ("role.create",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        rows: QuerySet[Any] = queries.roles_of_tenant().annotate(holders=Count("assignments"))
        return rows

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Role) -> str:
        return drawn(role_badge(row))

    @admin.display(description=_("held by"), ordering="holders")
    def held(self, row: Any) -> str:
        return str(row.holders)

    def lead(self, obj: Role) -> str:
        return obj.description

    def badges(self, obj: Role) -> list[Badge]:
        return [role_badge(obj)] + ([Badge(_("built in"))] if obj.is_seeded else [])

    def buttons(self, request: HttpRequest, obj: Role) -> list[Button]:
        active = obj.status == Role.Status.ACTIVE
        return offered(
            offer("role.grant_permission", obj.pk, label=_("Grant a permission"), asks=True, icon="add"),
            offer("role.disable", obj.pk, label=_("Disable"), asks=True, look="danger") if active else None,
            offer("role.enable", obj.pk, label=_("Enable"), look="primary") if not active else None,
        )

    def cards(self, request: HttpRequest, obj: Role) -> list[Card]:
        said = {permission.name: permission.description for permission in CATALOGUE}
        granted = [
            Row(
                [Code(name), said.get(name, "")],
                buttons=offered(
                    offer(
                        "role.revoke_permission",
                        obj.pk,
                        label=_("Revoke"),
                        inputs={"permission_id": name},
                        size="small",
                    )
                ),
            )
            for name in queries.permissions_of_role(obj.pk)
        ]
        holders = [
            Row(
                [Link(row.principal_name or "", address("tenancy.membership", row.membership_id) or ""), row.created_at]
            )
            for row in queries.assignments_of_tenant().filter(role=obj.pk)[:SHOWN]
        ]
        nobody = Empty(_("Nobody holds this role"), icon="person_off")
        return [
            table(
                _("Permits"), Table([_("Permission"), _("What it allows")], granted, Empty(_("Permits nothing yet")))
            ),
            table(_("Held by"), Table([_("Member"), _("Since")], holders, nobody)),
        ]

    def side(self, request: HttpRequest, obj: Role) -> list[Card]:
        return [facts(_("Facts"), Fact(_("Made"), obj.created_at), Fact("ID", Code(str(obj.pk))))]
