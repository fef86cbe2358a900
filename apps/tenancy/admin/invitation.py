"""Invitations: open doors for e-mail addresses."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Fact, facts
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy.admin.picks import person
from apps.tenancy.models import Invitation

TONES: dict[str, Any] = {"pending": "info", "accepted": "good", "revoked": ""}


def door_badge(row: Invitation) -> Badge:
    return Badge(row.get_status_display(), TONES[row.status])


@admin.register(Invitation)
class InvitationAdmin(CommandAdmin):
    guarded_by = "principal.invite"
    list_display = ("email", "state", "gets", "ends", "by")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("email", "name")
    list_commands = ("principal.invite",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return Invitation.objects.select_related("invited_by", "accepted_by").order_by("-created_at", "pk")

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Invitation) -> str:
        return drawn(door_badge(row))

    @admin.display(description=_("roles"))
    def gets(self, row: Invitation) -> str:
        return ", ".join(row.roles) or drawn(None)

    @admin.display(description=_("open until"), ordering="expires_at")
    def ends(self, row: Invitation) -> str:
        return drawn(row.expires_at)

    @admin.display(description=_("invited by"))
    def by(self, row: Invitation) -> str:
        return drawn(person(row.invited_by))

    def badges(self, obj: Invitation) -> list[Badge]:
        return [door_badge(obj)]

    def buttons(self, request: HttpRequest, obj: Invitation) -> list[Button]:
        settled = "" if obj.status == Invitation.Status.PENDING else _("This invitation is settled.")
        return offered(
            offer("invitation.resend", obj.pk, label=_("Send again"), icon="forward_to_inbox", blocked=settled),
            offer("invitation.revoke", obj.pk, label=_("Take back"), asks=True, look="danger", blocked=settled),
        )

    def cards(self, request: HttpRequest, obj: Invitation) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("E-mail"), obj.email),
                Fact(_("Name"), obj.name),
                Fact(_("Roles"), ", ".join(obj.roles)),
                Fact(_("Invited by"), person(obj.invited_by)),
                Fact(_("Made"), obj.created_at),
                Fact(_("Mailed"), obj.mailed_at),
                Fact(_("Open until"), obj.expires_at),
                Fact(_("Accepted by"), person(obj.accepted_by) if obj.accepted_by else ""),
                Fact(_("Settled"), obj.settled_at),
            )
        ]
