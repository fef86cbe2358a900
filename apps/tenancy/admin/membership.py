"""Members: people, agents and services of the tenant, with their tokens."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import list_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, facts, table
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy import queries
from apps.tenancy.admin.picks import person
from apps.tenancy.admin.token import token_table
from apps.tenancy.models import Membership, Principal


def standing_badge(row: Membership) -> Badge:
    if row.status == Membership.Status.REMOVED:
        return Badge(_("removed"))
    if not row.principal.is_active:
        return Badge(_("inactive"), "warn")
    return Badge(_("visiting"), "info") if row.expires_at else Badge(_("active"), "good")


@admin.register(Membership)
class MembershipAdmin(CommandAdmin):
    list_display = ("who", "kind", "state", "reached", "answers")
    list_display_links = ("who",)
    list_filter = (("principal__kind", ChoicesDropdownFilter), ("status", ChoicesDropdownFilter))
    list_filter_submit = True
    search_fields = ("principal__name", "principal__email", "principal__handle")
    list_title = _("members")
    list_commands = ("principal.invite", "principal.create_agent", "principal.create_service")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return queries.members_of_tenant()

    @admin.display(description=_("name"), ordering="principal__name")
    def who(self, row: Membership) -> str:
        return row.principal.name

    @admin.display(description=_("kind"), ordering="principal__kind")
    def kind(self, row: Membership) -> str:
        tones: dict[str, Any] = {"agent": "info", "service": ""}
        icons = {"agent": "smart_toy", "service": "settings_suggest", "human": "person"}
        kind = row.principal.kind
        return drawn(Badge(row.principal.get_kind_display(), tones.get(kind, ""), icons[kind]))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Membership) -> str:
        return drawn(standing_badge(row))

    @admin.display(description=_("address or handle"))
    def reached(self, row: Membership) -> str:
        return row.principal.email or row.principal.handle

    @admin.display(description=_("answered for by"))
    def answers(self, row: Membership) -> str:
        return drawn(person(row.principal.owner) if row.principal.owner else None)

    def heading(self, obj: Membership) -> str:
        return obj.principal.name

    def badges(self, obj: Membership) -> list[Badge]:
        return [Badge(obj.principal.get_kind_display()), standing_badge(obj)]

    def buttons(self, request: HttpRequest, obj: Membership) -> list[Button]:
        who = obj.principal
        machine = who.kind != Principal.Kind.HUMAN
        removed = obj.status == Membership.Status.REMOVED
        return offered(
            offer("token.create", label=_("New token"), inputs={"principal_id": who.pk}, asks=True, icon="key")
            if not removed and request.user.pk in {who.pk, who.owner_id}
            else None,
            offer("role.assign", who.pk, label=_("Give a role"), asks=True, icon="shield_person")
            if not removed
            else None,
            offer("principal.assign_owner", who.pk, label=_("Change owner"), asks=True) if machine else None,
            offer("principal.deactivate", who.pk, label=_("Deactivate"), asks=True, look="danger")
            if machine and who.is_active
            else None,
            offer("principal.activate", who.pk, label=_("Activate")) if machine and not who.is_active else None,
            offer("membership.add", who.pk, label=_("Take back"), asks=True, look="primary") if removed else None,
            offer("membership.remove", obj.pk, label=_("Remove"), asks=True, look="danger") if not removed else None,
        )

    def cards(self, request: HttpRequest, obj: Membership) -> list[Card]:
        tokens = queries.tokens_of_tenant_members().filter(principal=obj.principal_id)
        return [table(_("Tokens"), token_table(tokens))]

    def side(self, request: HttpRequest, obj: Membership) -> list[Card]:
        who = obj.principal
        return [
            facts(
                _("Facts"),
                Fact(_("E-mail"), who.email),
                Fact(_("Handle"), Code(who.handle)),
                Fact(_("Answered for by"), person(who.owner) if who.owner else ""),
                Fact(_("Member since"), obj.created_at),
                Fact(_("Visit ends"), obj.expires_at),
                Fact(_("Reason of the visit"), obj.reason),
                Fact(_("Removed"), obj.removed_at),
                Fact(_("What they did"), Link(_("Commands"), list_of("events.commandrecord", f"actor={who.pk}"))),
                Fact(_("Principal"), Code(str(who.pk))),
            )
        ]
