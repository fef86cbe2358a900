"""The roles a tenant starts with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.access.core.catalogue import grants_of
from apps.access.core.roles import SYSTEM, seeded_roles
from apps.access.models import Role, RoleAssignment, RolePermission
from apps.access.services.guarding import holders_changed, lock_roles
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor, current_scope, scope_transaction
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID, system_membership_id
from apps.tenancy.queries import tenant_ids
from apps.tenancy.services.memberships import mark_access_changed


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many roles and grants were made, and how many were there."""

    created: int
    existing: int


@command("access.seed_defaults", safety=Safety.WRITE_INTERNAL)
def seed_defaults(*, actor: Actor, at: datetime) -> Seeded:
    """Make the seeded roles and grants that are missing. Gives nobody a role and grants nothing that was revoked."""
    seeded = seed_tenant(current_scope().tenant_id, at)
    payload = {"created": seeded.created, "existing": seeded.existing}
    tenant = ("tenancy.tenant", current_scope().tenant_id)
    emit("access.defaults_seeded", subject=tenant, actor=actor, at=at, payload=payload)
    return seeded


def seed_tenant(tenant_id: UUID, at: datetime) -> Seeded:
    """The same for the open tenant, and the System role for its system principal."""
    roles = {role.name: role for role in lock_roles().values()}
    planned = seeded_roles(platform=tenant_id == PLATFORM_ID)
    missing = [
        Role(name=plan.name, description=plan.description, is_seeded=True, created_at=at)
        for plan in planned
        if plan.name not in roles
    ]
    Role.objects.bulk_create(missing)
    roles |= {role.name: role for role in missing}
    # Revoked grants are rows too: they are found here and left alone.
    known = set(RolePermission.objects.values_list("role_id", "permission"))
    grants = [
        RolePermission(role=roles[plan.name], permission=permission, granted_at=at)
        for plan in planned
        for permission in grants_of(plan.name)
        if (roles[plan.name].pk, permission) not in known
    ]
    RolePermission.objects.bulk_create(grants)
    for role in {grant.role for grant in grants} - set(missing):
        holders_changed(role)
    _seat_system(tenant_id, roles[SYSTEM], at)
    wanted = len(planned) + sum(len(grants_of(plan.name)) for plan in planned)
    created = len(missing) + len(grants)
    return Seeded(created, wanted - created)


def _seat_system(tenant_id: UUID, role: Role, at: datetime) -> None:
    membership_id = system_membership_id(tenant_id)
    if not RoleAssignment.objects.filter(membership=membership_id, role=role).exists():
        RoleAssignment(role=role, membership_id=membership_id, assigned_by_id=SYSTEM_ID, created_at=at).save(
            force_insert=True
        )
        mark_access_changed([membership_id])


def seed_every_tenant() -> None:
    """Give every tenant what a new release brought. Called after migrations."""
    for tenant_id in tenant_ids():
        with scope_transaction(tenant_id=tenant_id, durable=False) as at:
            seed_tenant(tenant_id, at)
