"""Tenants, members and tokens as people see them. The tenant filter is written out: these tables have no wall."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from apps.kernel.errors import NotFound
from apps.kernel.scope import current_scope, scope_transaction, scoped
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID
from apps.tenancy.models import Invitation, Membership, Principal, Tenant, Token
from apps.tenancy.queries.rights import may
from apps.tenancy.queries.scopes import standing_memberships, tenant_scope

#: Binds a link to its purpose: no other signed text of ours can open an invitation.
INVITATION_SALT = "apps.tenancy.invitation"


@dataclass(frozen=True, slots=True)
class Seat:
    """A tenant a principal can work in."""

    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    membership_id: UUID


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What the page of an invitation shows. ``needs_password`` is false for a person who has an account."""

    tenant_name: str
    email: str
    name: str
    needs_password: bool
    tenant_slug: str
    id: UUID


def memberships_of(principal_id: UUID) -> list[Seat]:
    """Where the principal can work now, by name."""
    rows = (
        standing_memberships()
        .filter(principal=principal_id)
        .order_by("tenant__name", "tenant_id")
        .values_list("tenant_id", "tenant__slug", "tenant__name", "id")
    )
    return [Seat(*row) for row in rows]


def tenants_of(principal_id: UUID) -> QuerySet[Tenant]:
    """The tenants the principal is a member of."""
    seats = standing_memberships().filter(principal=principal_id, tenant=OuterRef("pk"))
    return Tenant.objects.filter(Exists(seats)).order_by("slug", "id")


def tenant_ids() -> list[UUID]:
    """Every tenant, archived ones too."""
    return list(Tenant.objects.order_by("id").values_list("pk", flat=True))


def tenants_administered() -> QuerySet[Tenant]:
    """The tenants the actor may see from here: every one from the platform, otherwise those it is a member of."""
    scope = current_scope()
    if scope.tenant_id == PLATFORM_ID:
        return Tenant.objects.order_by("slug", "id")
    return tenants_of(scope.actor.id)


def members_of_tenant() -> QuerySet[Membership]:
    """The memberships of the current tenant, former ones too."""
    return (
        Membership.objects.filter(tenant=current_scope().tenant_id)
        .select_related("principal", "principal__owner", "tenant")
        .order_by("principal__name", "id")
    )


def principals_of_tenant() -> QuerySet[Principal]:
    """Whoever is or was a member of the current tenant."""
    members = Membership.objects.filter(tenant=current_scope().tenant_id, principal=OuterRef("pk"))
    return Principal.objects.filter(Exists(members)).select_related("owner", "home_tenant").order_by("name", "id")


def tokens_of_tenant_members() -> QuerySet[Token]:
    """Tokens that can be used in the current tenant: those bound to it, and unbound ones of the actor itself."""
    scope = current_scope()
    return (
        Token.objects.filter(Q(tenant=scope.tenant_id) | Q(tenant=None, principal=scope.actor.id))
        .select_related("principal", "tenant", "created_by")
        .order_by("-created_at", "id")
    )


def tokens_visible() -> QuerySet[Token]:
    """The actor's tokens and those of what it owns; all of the tenant's for those who may deactivate principals."""
    found = tokens_of_tenant_members()
    actor_id = current_scope().actor.id
    return found if may("principal.deactivate") else found.filter(Q(principal=actor_id) | Q(principal__owner=actor_id))


def administrators_exist() -> bool:
    """Whether a person belongs to the platform already."""
    return standing_memberships().filter(tenant=PLATFORM_ID).exclude(principal=SYSTEM_ID).exists()


def read_invitation_link(token: str) -> tuple[str, UUID]:
    """(tenant slug, invitation id) of a signed link; :class:`NotFound` when the signature is not ours."""
    try:
        slug, _, invitation_id = signing.Signer(salt=INVITATION_SALT).unsign(token).partition(".")
        return slug, UUID(invitation_id)
    except (signing.BadSignature, ValueError):
        raise NotFound from None


def open_invitation(token: str) -> OpenInvitation:
    """The invitation behind a link; :class:`NotFound` when it is forged, settled or has run out.

    Opens a scope of its own.
    """
    slug, invitation_id = read_invitation_link(token)
    scope = tenant_scope(slug)
    with scoped(scope), scope_transaction():
        invitation = Invitation.objects.filter(
            pk=invitation_id, status=Invitation.Status.PENDING, expires_at__gt=Now()
        ).first()
    if invitation is None:
        raise NotFound
    account = Principal.objects.filter(email=invitation.email).exists()
    tenant = Tenant.objects.get(pk=scope.tenant_id)
    return OpenInvitation(tenant.name, invitation.email, invitation.name, not account, slug, invitation.pk)
