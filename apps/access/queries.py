"""What a member may do, and who holds what. Inside a scope transaction, unless said otherwise."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from apps.access.core.catalogue import ADMINISTERS, CATALOGUE, Permission
from apps.access.models import Role, RoleAssignment, RolePermission
from apps.events import queries as events
from apps.events.models import CommandRecord
from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Scope, current_scope, scope_transaction
from apps.tenancy.core.built_in import PLATFORM_ID
from apps.tenancy.models import Principal
from apps.tenancy.queries import members_of_tenant, standing_memberships

#: Members whose permissions a process remembers. An entry is some kilobytes.
REMEMBERED = 4096


def permissions_of(scope: Scope) -> Mapping[str, str]:
    """Permission -> the role it comes from, for the scope's member; the token's narrowing is not applied.

    Remembered by the membership's access version, which rises with every change. Opens a transaction when it must read.
    """
    if scope.membership_id is None:
        return {}
    return _permissions(scope.membership_id, scope.access_version, scope.tenant_id)


@lru_cache(maxsize=REMEMBERED)
def _permissions(membership_id: UUID, _version: int, tenant_id: UUID) -> Mapping[str, str]:
    with scope_transaction(durable=False, tenant_id=tenant_id):
        rows = RolePermission.objects.filter(
            role__assignments__membership=membership_id, role__status=Role.Status.ACTIVE, revoked_at=None
        ).values_list("permission", "role__name")
        # The first role by name is the one that is said to decide.
        return dict(sorted(rows, reverse=True))


def forget_permissions() -> None:
    """Empty what is remembered. For tests, whose rollbacks take versions back."""
    _permissions.cache_clear()


def holds(permission: str, scope: Scope) -> bool:
    """Whether the scope's member has the permission and its token lets it through."""
    if scope.token_permissions is not None and permission not in scope.token_permissions:
        return False
    return permission in permissions_of(scope)


def catalogue_here() -> list[Permission]:
    """The permissions that exist in the current tenant, by name."""
    on_platform = current_scope().tenant_id == PLATFORM_ID
    return sorted((p for p in CATALOGUE if on_platform or not p.platform), key=lambda p: p.name)


def roles_of_tenant() -> TenantQuerySet[Any]:
    return Role.objects.order_by("name", "id")


def permissions_of_role(role_id: UUID) -> list[str]:
    """What the role grants while it is active, by name."""
    grants = RolePermission.objects.filter(role=role_id, revoked_at=None)
    return list(grants.order_by("permission").values_list("permission", flat=True))


def roles_of_principal(principal_id: UUID) -> TenantQuerySet[Any]:
    """The roles a principal holds in this tenant, disabled ones too. :class:`NotFound` when it never was a member."""
    memberships = list(members_of_tenant().filter(principal=principal_id).order_by().values_list("pk", flat=True))
    if not memberships:
        raise NotFound(id=str(principal_id))
    return Role.objects.filter(assignments__membership__in=memberships).order_by("name", "id")


def assignments_of_tenant() -> TenantQuerySet[Any]:
    """Who holds which role; ``principal_id`` and ``principal_name`` come along."""
    member = members_of_tenant().order_by().filter(pk=OuterRef("membership_id"))
    return (
        RoleAssignment.objects.select_related("role", "assigned_by")
        .annotate(
            principal_id=Subquery(member.values("principal_id")[:1]),
            principal_name=Subquery(member.values("principal__name")[:1]),
        )
        .order_by("role__name", "principal_name", "id")
    )


def decisions_of_tenant() -> Any:
    """What the guard decided about guarded commands, newest first: a view over the record of commands."""
    return events.decisions()


_ACTORS = {"human": "user", "agent": "agent", "service": "system"}


def shown_decision(record: CommandRecord) -> dict[str, Any]:
    """One recorded command in the columns of the decision log."""
    return {
        "id": record.pk,
        "actor_type": _ACTORS[record.actor_kind],
        "actor_id": record.actor_id,
        "permission": record.permission,
        "command": record.name,
        "resource_id": record.target or None,
        "outcome": record.decision,
        "reason": record.decision_rule,
        "correlation_id": record.correlation_id,
        "timestamp": record.occurred_at,
    }


def tenant_has_administrator() -> bool:
    """Whether a person who stays (no visitor) can give rights here."""
    people = standing_memberships().filter(
        tenant=current_scope().tenant_id, principal__kind=Principal.Kind.HUMAN, expires_at=None
    )
    return RoleAssignment.objects.filter(
        membership__in=people.values("pk"),
        role__status=Role.Status.ACTIVE,
        role__grants__permission=ADMINISTERS,
        role__grants__revoked_at=None,
    ).exists()
