"""Teams: who answers for something together."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address, page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.panels import cards_on
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, facts, table
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy import queries
from apps.tenancy.admin.project import state_badge
from apps.tenancy.models import Membership, Principal, Team

SHOWN = 200


@admin.register(Team)
class TeamAdmin(CommandAdmin):
    list_display = ("name", "short", "state", "members", "since")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name", "key")
    list_commands = ("team.create",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        rows: QuerySet[Any] = queries.teams_of_tenant()
        return rows

    @admin.display(description=_("key"), ordering="key")
    def short(self, row: Team) -> str:
        return drawn(Code(row.key))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Team) -> str:
        return drawn(state_badge(row))

    @admin.display(description=_("members"), ordering="size")
    def members(self, row: Any) -> str:
        return str(row.size)

    @admin.display(description=_("created"), ordering="created_at")
    def since(self, row: Team) -> str:
        return drawn(row.created_at)

    def badges(self, obj: Team) -> list[Badge]:
        return [state_badge(obj)]

    def buttons(self, request: HttpRequest, obj: Team) -> list[Button]:
        if obj.status == Team.Status.ARCHIVED:
            return offered(offer("team.restore", obj.pk, label=_("Restore"), icon="unarchive", look="primary"))
        return offered(
            offer("team.add_member", obj.pk, label=_("Add a member"), asks=True, icon="person_add", look="primary"),
            offer("team.rename", obj.pk, label=_("Rename"), asks=True, icon="edit"),
            offer("team.archive", obj.pk, label=_("Archive"), asks=True, look="danger"),
        )

    def cards(self, request: HttpRequest, obj: Team) -> list[Card]:
        rows = [
            Row(
                [
                    Link(row.principal_name, address("tenancy.membership", row.membership_id) or ""),
                    _counts(row.principal_kind),
                    row.added_at,
                ],
                buttons=offered(
                    offer(
                        "team.remove_member",
                        obj.pk,
                        label=_("Take out"),
                        inputs={"principal_id": row.principal_id},
                        size="small",
                    )
                ),
            )
            for row in queries.members_of_team(obj.pk)[:SHOWN]
        ]
        nobody = Empty(_("Nobody is in this team"), _("A seat that asks for it stays empty."), icon="group_off")
        return [table(_("Members"), Table([_("Member"), _("Approves for the team"), _("Since")], rows, nobody))]

    def side(self, request: HttpRequest, obj: Team) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("In policies"), Code(f"team:{obj.pk}")),
                Fact(_("Created"), obj.created_at),
                Fact(_("Archived"), obj.archived_at),
            )
        ]


def _counts(kind: str) -> Badge:
    """Only people approve."""
    return Badge(_("yes"), "good") if kind == Principal.Kind.HUMAN else Badge(_("no, people only"))


@cards_on("tenancy.membership")
def teams_of_member(request: HttpRequest, member: Membership) -> list[Card]:
    """The teams a member is in."""
    rows = [
        Row([Link(team.name, page_of(team)), Code(team.key)], muted=team.status != Team.Status.ACTIVE)
        for team in queries.teams_of_tenant().filter(pk__in=queries.teams_of_principal(member.principal_id))[:SHOWN]
    ]
    return [table(_("Teams"), Table([_("Team"), _("Key")], rows, Empty(_("In no team"), icon="group_off")))]
