"""Scopes of members whose identity was proved elsewhere: by a session, by the operating system, by a worker's lease."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor, Causation, Scope
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import TenantNotFound
from apps.tenancy.models import Membership, Principal

_COLUMNS = (
    "id",
    "tenant_id",
    "access_version",
    "tenant__slug",
    "principal_id",
    "principal__kind",
    "principal__handle",
    "principal__name",
    "principal__owner_id",
)


def standing_memberships() -> Any:
    """Memberships that count now: not ended, of an active principal, in an active tenant.

    Those of a machine count while its owner is active and a member too.
    """
    standing = Membership.objects.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), status=Membership.Status.ACTIVE)
    owners = standing.filter(
        tenant=OuterRef("tenant"), principal=OuterRef("principal__owner"), principal__is_active=True
    )
    return standing.filter(
        Q(principal__owner=None) | Exists(owners),
        principal__is_active=True,
        tenant__status="active",
    )


def _scope(row: dict[str, Any], correlation_id: str, environment: str | None, causation: Causation | None) -> Scope:
    actor = Actor(
        row["principal_id"],
        row["principal__kind"],
        row["principal__handle"],
        row["principal__name"],
        row["principal__owner_id"],
    )
    return Scope(
        tenant_id=row["tenant_id"],
        tenant_slug=row["tenant__slug"],
        actor=actor,
        correlation_id=correlation_id,
        membership_id=row["id"],
        access_version=row["access_version"],
        environment=environment,
        causation=causation,
    )


def scope_for_principal(
    principal_id: UUID,
    tenant_id: UUID,
    *,
    correlation_id: str,
    environment_name: str | None = None,
    causation: Causation | None = None,
) -> Scope:
    """The scope of a member. :class:`NotFound` when the principal is none or may not act any more. One SQL."""
    row = standing_memberships().filter(principal=principal_id, tenant=tenant_id).values(*_COLUMNS).first()
    if row is None:
        raise TenantNotFound
    return _scope(row, correlation_id, environment_name, causation)


def session_scope(
    principal: Principal, tenant_id: UUID, *, correlation_id: str, environment_name: str | None = None
) -> Scope:
    """The scope of a person who is signed in. The session proved the login only; the rest is asked anew here."""
    return scope_for_principal(
        principal.pk, tenant_id, correlation_id=correlation_id, environment_name=environment_name
    )


def tenant_scope(slug: str, *, correlation_id: str | None = None) -> Scope:
    """The scope of the ``system`` principal in the tenant of that slug, for the server's own shell."""
    row = standing_memberships().filter(principal=SYSTEM_ID, tenant__slug=slug).values(*_COLUMNS).first()
    if row is None:
        raise TenantNotFound(slug=slug)
    return _scope(row, correlation_id or str(uuid4()), None, None)


def scope_as(scope: Scope, actor: Actor) -> Scope:
    """The same tenant and cause with another member acting."""
    row = standing_memberships().filter(principal=actor.id, tenant=scope.tenant_id).values(*_COLUMNS).first()
    if row is None:
        raise NotFound(id=str(actor.id))
    made = _scope(row, scope.correlation_id, scope.environment, scope.causation)
    return replace(
        made,
        token_permissions=scope.token_permissions,
        token_is_bound=scope.token_is_bound,
        voucher_id=scope.voucher_id,
    )


def system_scope(tenant_id: UUID, *, correlation_id: str, causation: Causation | None) -> Scope:
    """The tenant's ``system`` principal, for workers."""
    return scope_for_principal(SYSTEM_ID, tenant_id, correlation_id=correlation_id, causation=causation)
