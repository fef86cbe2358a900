"""Who stands in for whom."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.approvals import queries
from apps.approvals.admin.picks import standing_in
from apps.approvals.models import Delegation
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.offers import may, offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, facts, who
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.scope import current_scope


@admin.register(Delegation)
class DelegationAdmin(CommandAdmin):
    list_display = ("away", "stands_in", "state", "begins", "ends", "reason")
    list_display_links = ("away",)
    list_commands = ("delegation.create",)
    search_fields = ("delegator__name", "delegate__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegation]:
        return queries.delegations_visible()

    @admin.display(description=_("who is away"))
    def away(self, row: Delegation) -> str:
        return drawn(who(row.delegator))

    @admin.display(description=_("who stands in"))
    def stands_in(self, row: Delegation) -> str:
        return drawn(who(row.delegate))

    @admin.display(description=_("status"))
    def state(self, row: Delegation) -> str:
        return drawn(_state(row, timezone.now()))

    @admin.display(description=_("from"), ordering="starts_at")
    def begins(self, row: Delegation) -> str:
        return drawn(row.starts_at)

    @admin.display(description=_("until"), ordering="ends_at")
    def ends(self, row: Delegation) -> str:
        return drawn(row.ends_at)

    def heading(self, obj: Delegation) -> str:
        return standing_in(obj)

    def lead(self, obj: Delegation) -> str:
        return obj.reason

    def badges(self, obj: Delegation) -> list[Badge]:
        return [_state(obj, timezone.now())]

    def buttons(self, request: HttpRequest, obj: Delegation) -> list[Button]:
        is_over = obj.revoked_at is not None or obj.ends_at <= timezone.now()
        is_mine = current_scope().actor.id in (obj.delegator_id, obj.delegate_id)
        if is_over or not (is_mine or may("role.assign")):
            return []
        return offered(offer("delegation.revoke", obj.pk, label=_("Revoke"), look="danger", asks=True))

    def side(self, request: HttpRequest, obj: Delegation) -> list[Card]:
        shown: list[Any] = [
            Fact(_("Away"), who(obj.delegator)),
            Fact(_("Stands in"), who(obj.delegate)),
            Fact(_("From"), obj.starts_at),
            Fact(_("Until"), obj.ends_at),
            Fact(_("Made"), obj.created_at),
            Fact(_("Revoked"), obj.revoked_at),
            Fact(_("Revoked by"), who(obj.revoked_by) if obj.revoked_by is not None else None),
            Fact("ID", Code(str(obj.pk))),
        ]
        return [facts(_("Facts"), *shown)]


def _state(row: Delegation, now: datetime) -> Badge:
    """For the eye only: what counts is decided by the database's clock."""
    if row.revoked_at is not None:
        return Badge(_("revoked"))
    if row.starts_at > now:
        return Badge(_("to come"), "info")
    return Badge(_("in force"), "good") if now < row.ends_at else Badge(_("over"))
