"""Tenants, principals, members, invitations and tokens over REST."""

from typing import Any

from django.db.models import QuerySet

from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor
from apps.tenancy import queries
from apps.tenancy.api.filters import InvitationFilters, MemberFilters, PrincipalFilters
from apps.tenancy.api.representations import (
    InvitationOut,
    IssuedInvitationOut,
    IssuedTokenOut,
    MemberOut,
    PrincipalOut,
    TenantDetailOut,
    TenantOut,
    TokenOut,
    VisitOut,
)
from apps.tenancy.models import Invitation, Membership, Principal, Tenant, Token


def own_tenants(actor: Actor) -> QuerySet[Tenant]:
    return queries.tenants_of(actor.id)


def members(_actor: Actor) -> QuerySet[Membership]:
    return queries.members_of_tenant()


def principals(_actor: Actor) -> QuerySet[Principal]:
    return queries.principals_of_tenant()


def invitations(_actor: Actor) -> Any:
    return Invitation.objects.all()


def tokens(_actor: Actor) -> QuerySet[Token]:
    return queries.tokens_visible()


class TenantViewSet(ScopedViewSet):
    """The tenants you are a member of: the only list that asks for no tenant."""

    tenant_required = False
    queryset_from = own_tenants
    serializer_class = TenantOut
    ordering = ("slug", "id")
    standard_reads = ("list",)


class TenantAdministrationViewSet(ScopedViewSet):
    """The life of tenants. Making, archiving and entering one is done from the platform tenant."""

    serializer_class = TenantDetailOut
    create_command = "tenant.create"
    collection_commands = {"rename": "tenant.rename", "leave": "tenant.leave"}
    commands = {
        "archive": "tenant.archive",
        "restore": "tenant.restore",
        "enter": Write("tenant.enter", shows=VisitOut),
    }

    @reads("", TenantDetailOut, many=True, detail=False, ordering=("slug", "id"), permission="admin.view")
    def visible(self) -> QuerySet[Tenant]:
        """List the tenants you are a member of; from the platform, all of them."""
        return queries.tenants_administered()


class PrincipalViewSet(ScopedViewSet):
    """Whoever is or was a member of the tenant: people, agents and services."""

    queryset_from = principals
    serializer_class = PrincipalOut
    ordering = ("created_at", "id")
    filterset_class = PrincipalFilters
    collection_commands = {"agents": "principal.create_agent", "services": "principal.create_service"}
    commands = {
        "activate": "principal.activate",
        "deactivate": "principal.deactivate",
        "assign-owner": "principal.assign_owner",
        "restore-membership": Write("membership.add", shows=MemberOut),
    }


class MemberViewSet(ScopedViewSet):
    """Who belongs to the tenant, former members too."""

    queryset_from = members
    serializer_class = MemberOut
    ordering = ("created_at", "id")
    filterset_class = MemberFilters
    commands = {"remove": "membership.remove"}


class InvitationViewSet(ScopedViewSet):
    """Invitations by e-mail. The link is in the answer to who invites, and in the mail."""

    queryset_from = invitations
    serializer_class = InvitationOut
    ordering = ("-created_at", "id")
    filterset_class = InvitationFilters
    read_permission = "principal.invite"
    create_command = Write("principal.invite", shows=IssuedInvitationOut)
    commands = {
        "resend": Write("invitation.resend", shows=IssuedInvitationOut),
        "revoke": "invitation.revoke",
    }


class TokenViewSet(ScopedViewSet):
    """Your tokens and those of the agents and services you own; administrators see all of the tenant's."""

    queryset_from = tokens
    serializer_class = TokenOut
    ordering = ("-created_at", "id")
    create_command = Write("token.create", shows=IssuedTokenOut)
    collection_commands = {"gateway": Write("token.create_gateway", shows=IssuedTokenOut)}
    commands = {"rotate": Write("token.rotate", shows=IssuedTokenOut), "revoke": "token.revoke"}
