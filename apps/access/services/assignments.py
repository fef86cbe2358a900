"""Who holds which role."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.access.core.roles import OWNER, SYSTEM, canonical_role
from apps.access.errors import SystemRoleReserved, UnknownRole
from apps.access.models import Role, RoleAssignment
from apps.access.queries import tenant_has_owner
from apps.access.services.guarding import (
    lock_role,
    refuse_new_owner,
    refuse_without_administrator,
    refuse_without_owner,
)
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.models import Membership
from apps.tenancy.queries import members_of_tenant
from apps.tenancy.services.memberships import mark_access_changed


@dataclass(frozen=True, slots=True)
class Assigned:
    """A role of a member; ``created`` is false when the member held it already."""

    role: Role
    membership: Membership
    created: bool


@command("role.assign", permission="role.assign", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def assign_role(principal_id: UUID, *, role_id: UUID, actor: Actor, at: datetime) -> Assigned:
    """Give a role to a member. Giving it twice leaves one (200 instead of 201).

    An agent may hold any role; what an agent may never do stays refused. An Owner is named by an Owner, or by an
    administrator while there is none. Raises ``SYSTEM_ROLE_RESERVED``, ``OWNERS_NAME_OWNERS``.
    """
    membership = _membership(principal_id)
    role = lock_role(role_id)
    if role.name == OWNER:
        refuse_new_owner(actor)
    return give(membership, role, actor, at)


@command("role.unassign", permission="role.assign", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=204)
def unassign_role(principal_id: UUID, *, role_id: UUID, actor: Actor, at: datetime) -> Role:
    """Take a role from a member, from their next request on.

    Raises ``LAST_ADMIN`` when nobody would be left who can give rights, ``LAST_OWNER`` when no person would be left who
    is an Owner, or ``SYSTEM_ROLE_RESERVED``.
    """
    membership = _membership(principal_id)
    role = lock_role(role_id)
    if role.name == SYSTEM:
        raise SystemRoleReserved
    owned = tenant_has_owner()
    deleted, _ = RoleAssignment.objects.filter(role=role, membership=membership).delete()
    if not deleted:
        raise NotFound(role=role.name)
    refuse_without_administrator()
    if owned:
        refuse_without_owner()
    mark_access_changed([membership.pk])
    _tell("role.unassigned", role, membership, actor, at)
    return role


def give(membership: Membership, role: Role, actor: Actor, at: datetime) -> Assigned:
    """Record that the member holds the role. Within a command, whoever called it has checked the right."""
    if (role.name == SYSTEM) != (membership.principal_id == SYSTEM_ID):
        raise SystemRoleReserved
    if RoleAssignment.objects.filter(role=role, membership=membership).exists():
        return Assigned(role, membership, created=False)
    RoleAssignment(role=role, membership=membership, assigned_by_id=actor.id, created_at=at).save(force_insert=True)
    mark_access_changed([membership.pk])
    _tell("role.assigned", role, membership, actor, at)
    return Assigned(role, membership, created=True)


def role_named(name: str) -> Role:
    """The role with this name or alias; :class:`UnknownRole` when the tenant has none."""
    role: Role | None = Role.objects.filter(name=canonical_role(name)).first()
    if role is None:
        raise UnknownRole(role=name)
    return role


def _membership(principal_id: UUID) -> Membership:
    membership = members_of_tenant().filter(principal=principal_id, status=Membership.Status.ACTIVE).first()
    if membership is None:
        raise NotFound(id=str(principal_id))
    return membership


def _tell(event: str, role: Role, membership: Membership, actor: Actor, at: datetime) -> None:
    payload = {"role": role.name, "role_id": role.pk, "principal_id": membership.principal_id}
    emit(event, subject=role, actor=actor, at=at, payload=payload)
