"""Tokens: keys of the API. A secret is shown once, when it is made."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, facts
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy import queries
from apps.tenancy.admin.picks import person
from apps.tenancy.models import Token


def key_badge(row: Token) -> Badge:
    if row.revoked_at:
        return Badge(_("revoked"))
    if row.expires_at and row.expires_at <= datetime.now(UTC):
        return Badge(_("expired"), "warn")
    return Badge(_("usable"), "good")


def token_table(tokens: Iterable[Token]) -> Table:
    rows = [
        Row([Link(row.name, page_of(row)), key_badge(row), Code(f"{row.hint}…"), row.last_used_at]) for row in tokens
    ]
    empty = Empty(_("No tokens"), _("A token lets this principal use the API."), icon="key")
    return Table([_("Token"), _("State"), _("Begins with"), _("Last used")], rows, empty)


@admin.register(Token)
class TokenAdmin(CommandAdmin):
    list_display = ("name", "owner", "state", "begins", "used", "ends")
    search_fields = ("name", "hint", "principal__name")
    list_commands = ("token.create", "token.create_gateway")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        return queries.tokens_of_tenant_members()

    @admin.display(description=_("principal"), ordering="principal__name")
    def owner(self, row: Token) -> str:
        return drawn(person(row.principal))

    @admin.display(description=_("state"))
    def state(self, row: Token) -> str:
        return drawn(key_badge(row))

    @admin.display(description=_("begins with"))
    def begins(self, row: Token) -> str:
        return drawn(Code(f"{row.hint}…"))

    @admin.display(description=_("last used"), ordering="last_used_at")
    def used(self, row: Token) -> str:
        return drawn(row.last_used_at)

    @admin.display(description=_("expires"), ordering="expires_at")
    def ends(self, row: Token) -> str:
        return drawn(row.expires_at)

    def badges(self, obj: Token) -> list[Badge]:
        gateway = [Badge(_("acts for others"), "warn")] if obj.may_act_for_others else []
        return [key_badge(obj), *gateway]

    def buttons(self, request: HttpRequest, obj: Token) -> list[Button]:
        gone = _("A revoked token stays revoked.") if obj.revoked_at else ""
        return offered(
            offer("token.rotate", obj.pk, label=_("Rotate"), asks=True, icon="autorenew", blocked=gone),
            offer("token.revoke", obj.pk, label=_("Revoke"), asks=True, look="danger", blocked=gone),
        )

    def cards(self, request: HttpRequest, obj: Token) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Principal"), person(obj.principal)),
                Fact(_("Tenant"), obj.tenant.name if obj.tenant else _("every tenant of its owner")),
                Fact(
                    _("Permissions"),
                    _("all its principal has") if obj.permissions is None else ", ".join(obj.permissions),
                ),
                Fact(_("Begins with"), Code(f"{obj.hint}…")),
                Fact(_("Expires"), obj.expires_at or _("never")),
                Fact(_("Last used"), obj.last_used_at or _("never")),
                Fact(_("Revoked"), obj.revoked_at),
                Fact(_("Made by"), person(obj.created_by)),
                Fact(_("Made"), obj.created_at),
            )
        ]
