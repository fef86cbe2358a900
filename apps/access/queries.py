"""What a member may do, and who holds what. Inside a scope transaction, unless said otherwise."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery

from apps.access.core.catalogue import ADMINISTERS, BY_NAME, CATALOGUE, Permission
from apps.access.core.roles import OWNER
from apps.access.core.subjects import named_subjects, principal_subject, role_subject, team_subject
from apps.access.models import Role, RoleAssignment, RolePermission
from apps.events import queries as events
from apps.events.models import CommandRecord
from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Scope, current_scope, scope_transaction
from apps.tenancy.core.built_in import PLATFORM_ID
from apps.tenancy.models import Principal
from apps.tenancy.queries import members_of_tenant, memberships_in_teams, standing_memberships, teams_of_members

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


class Standing(NamedTuple):
    """What principals are and may in this tenant now."""

    subjects: dict[UUID, frozenset[str]]
    allowed: dict[str, frozenset[UUID]]


def standing_of(principal_ids: Iterable[UUID], permissions: Collection[str] = ()) -> Standing:
    """What each of the principals counts as where an approval asks for somebody, and who holds which permission.

    ``principal:<id>``, ``role:<name>``, ``team:<id>``: itself, its active roles, its teams. Whoever may not act in this
    tenant now counts as nothing and holds nothing. Three SQL, however many are asked about.
    """
    subjects: dict[UUID, set[str]] = {principal_id: set() for principal_id in principal_ids}
    allowed: dict[str, set[UUID]] = {name: set() for name in permissions}
    seats = dict(_standing_here().filter(principal__in=subjects).values_list("pk", "principal_id"))
    for principal_id in seats.values():
        subjects[principal_id].add(principal_subject(principal_id))
    granted = RolePermission.objects.filter(
        role=OuterRef("role"), permission__in=[name for name in permissions if _counts_here(name)], revoked_at=None
    )
    held = RoleAssignment.objects.filter(membership__in=seats, role__status=Role.Status.ACTIVE).order_by()
    grants = ArraySubquery(granted.order_by().values("permission"))
    for membership_id, role, names in held.values_list("membership_id", "role__name", grants):
        subjects[seats[membership_id]].add(role_subject(role))
        for name in names or ():
            allowed[name].add(seats[membership_id])
    for membership_id, team_id in teams_of_members(seats):
        subjects[seats[membership_id]].add(team_subject(team_id))
    return Standing(
        {principal_id: frozenset(found) for principal_id, found in subjects.items()},
        {name: frozenset(holders) for name, holders in allowed.items()},
    )


def approver_subjects(principal_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """What each principal counts as now where an approval asks for somebody. Three SQL."""
    return standing_of(principal_ids).subjects


def may(principal_ids: Iterable[UUID], permission: str) -> set[UUID]:
    """Those of the principals who hold the permission in this tenant now, whatever token they use. One SQL."""
    return set(_holding(permission).filter(principal__in=list(principal_ids)).values_list("principal_id", flat=True))


def people_who_may(permission: str) -> set[UUID]:
    """The humans who hold the permission in this tenant now. One SQL."""
    return _people(_holding(permission))


def people_who_are(subjects: Iterable[str]) -> set[UUID]:
    """The humans who are any of these approver subjects in this tenant now. One SQL.

    No subject is nobody, and so is a subject that is not understood.
    """
    named = named_subjects(subjects)
    if not named:
        return set()
    held = RoleAssignment.objects.filter(role__name__in=named.roles, role__status=Role.Status.ACTIVE)
    return _people(
        _standing_here().filter(
            Q(principal__in=named.principals)
            | Q(pk__in=held.order_by().values("membership_id"))
            | Q(pk__in=memberships_in_teams(named.teams).values("pk"))
        )
    )


def _standing_here() -> Any:
    return standing_memberships().filter(tenant=current_scope().tenant_id)


def _holding(permission: str) -> Any:
    """Standing memberships of this tenant whose roles grant the permission."""
    if not _counts_here(permission):
        return _standing_here().none()
    held = RoleAssignment.objects.filter(
        role__status=Role.Status.ACTIVE, role__grants__permission=permission, role__grants__revoked_at=None
    )
    return _standing_here().filter(pk__in=held.order_by().values("membership_id"))


def _counts_here(permission: str) -> bool:
    """A permission of the platform counts in the platform's tenant only."""
    known = BY_NAME.get(permission)
    return known is None or not known.platform or current_scope().tenant_id == PLATFORM_ID


def _people(memberships: Any) -> set[UUID]:
    return set(memberships.filter(principal__kind=Principal.Kind.HUMAN).values_list("principal_id", flat=True))


def tenant_has_administrator() -> bool:
    """Whether a person who stays (no visitor) can give rights here."""
    grants = {"role__grants__permission": ADMINISTERS, "role__grants__revoked_at": None}
    return _held_by_people(standing_memberships(), role__status=Role.Status.ACTIVE, **grants).exists()


def tenant_has_owner() -> bool:
    """Whether a person who stays is an Owner here."""
    return _held_by_people(standing_memberships(), role__status=Role.Status.ACTIVE, role__name=OWNER).exists()


def tenant_lost_its_owners() -> bool:
    """Whether there are Owners on paper of whom none can act. False for a tenant that has named none yet."""
    return _held_by_people(members_of_tenant(), role__name=OWNER).exists() and not tenant_has_owner()


def _held_by_people(memberships: Any, **roles: Any) -> TenantQuerySet[Any]:
    people = memberships.filter(tenant=current_scope().tenant_id, principal__kind=Principal.Kind.HUMAN, expires_at=None)
    return RoleAssignment.objects.filter(membership__in=people.order_by().values("pk"), **roles)
