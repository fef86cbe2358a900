"""Where tenancy asks for roles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.access.core.catalogue import BY_NAME
from apps.access.core.roles import OWNER
from apps.access.models import RoleAssignment
from apps.access.services import guarding
from apps.access.services.assignments import give, role_named
from apps.access.services.guarding import lock_roles, refuse_new_owner
from apps.access.services.seeding import seed_every_tenant, seed_tenant
from apps.kernel import hooks
from apps.kernel.scope import Actor
from apps.tenancy.models import Membership
from apps.tenancy.services import found_platform
from apps.tenancy.services.memberships import mark_access_changed


@hooks.on("tenancy.tenant_founded")
def seed_new_tenant(*, tenant_id: UUID, at: datetime) -> None:
    seed_tenant(tenant_id, at)


@hooks.on("tenancy.access_changing")
def lock_rights() -> None:
    lock_roles()


@hooks.on("tenancy.roles_set")
def set_roles(*, membership_id: UUID, roles: Sequence[str], actor: Actor, at: datetime) -> None:
    """Exactly these roles, by name or alias; ``ROLE_NOT_FOUND`` for an unknown one."""
    lock_roles()
    membership = Membership.objects.get(pk=membership_id)
    wanted = [role_named(name) for name in roles]
    if any(role.name == OWNER for role in wanted):
        refuse_new_owner(actor)
    former = RoleAssignment.objects.filter(membership=membership).exclude(role__in=wanted)
    if former.delete()[0]:
        mark_access_changed([membership.pk])
    for role in wanted:
        give(membership, role, actor, at)


@hooks.on("tenancy.roles_promised")
def refuse_unfit_promise(*, roles: Sequence[str], actor: Actor) -> None:
    """What the guest could not be given is noticed while somebody can mend it."""
    named = [role_named(name) for name in roles]
    if any(role.name == OWNER for role in named):
        refuse_new_owner(actor)


@hooks.on("tenancy.administrators_changed")
def refuse_without_administrator() -> None:
    guarding.refuse_without_administrator()


@hooks.on("tenancy.permissions_named")
def unknown_permissions(*, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in BY_NAME]


@hooks.on("database.migrated")
def seed_after_migration() -> None:
    """Bring the seeded roles of every tenant up to date. The platform comes first, whoever joined the hook earlier."""
    found_platform()
    seed_every_tenant()
