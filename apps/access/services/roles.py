"""Roles and what they permit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import StringConstraints

from apps.access.core.catalogue import BY_NAME
from apps.access.errors import PlatformPermission, RoleNameTaken, RoleUnchanged, UnknownPermission
from apps.access.models import Role, RolePermission
from apps.access.services.guarding import holders_changed, lock_role, refuse_without_administrator
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import PLATFORM_ID

RoleName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Description = Annotated[str, StringConstraints(max_length=2000)]
PermissionName = Annotated[str, StringConstraints(max_length=80)]


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission of a role; ``created`` is false when the role had it already."""

    role: Role
    permission: str
    created: bool


@command("role.create", permission="role.create", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def create_role(*, name: RoleName, description: Description = "", actor: Actor, at: datetime) -> Role:
    """Make a role without permissions.

    Raises ``NAME_TAKEN``.
    """
    if Role.objects.filter(name=name).exists():
        raise RoleNameTaken(name=name)
    role = Role(name=name, description=description, created_at=at)
    role.save(force_insert=True)
    emit("role.created", subject=role, actor=actor, at=at, payload={"name": name})
    return role


@command("role.enable", permission="role.enable", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def enable_role(role_id: UUID, *, actor: Actor, at: datetime) -> Role:
    """Let a disabled role grant its permissions again, from the next request of its holders on."""
    role = lock_role(role_id)
    if role.status != Role.Status.DISABLED:
        raise RoleUnchanged(role.status, Role.Status.ACTIVE)
    role.enable(at=at)
    role.save(update_fields=["status"])
    holders_changed(role)
    emit("role.enabled", subject=role, actor=actor, at=at, payload={"name": role.name})
    return role


@command("role.disable", permission="role.enable", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def disable_role(role_id: UUID, *, actor: Actor, at: datetime) -> Role:
    """Stop a role from granting anything, from the next request of its holders on. Who holds it stays recorded.

    Raises ``LAST_ADMIN`` when nobody would be left who can give rights, ``LAST_OWNER`` for the role of the Owners.
    """
    role = lock_role(role_id)
    if role.status != Role.Status.ACTIVE:
        raise RoleUnchanged(role.status, Role.Status.DISABLED)
    role.disable(at=at)
    role.save(update_fields=["status"])
    refuse_without_administrator()
    holders_changed(role)
    emit("role.disabled", subject=role, actor=actor, at=at, payload={"name": role.name})
    return role


@command(
    "role.grant_permission",
    permission="role.grant_permission",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def grant_permission(role_id: UUID, *, permission_id: PermissionName, actor: Actor, at: datetime) -> Grant:
    """Grant a permission to a role. Granting it twice leaves one (200 instead of 201).

    Raises ``UNKNOWN_PERMISSION``, or ``PLATFORM_PERMISSION`` outside the platform tenant.
    """
    role = lock_role(role_id)
    known = BY_NAME.get(permission_id)
    if known is None:
        raise UnknownPermission(errors=[{"path": "/permission_id", "message": _("There is no such permission.")}])
    if known.platform and current_scope().tenant_id != PLATFORM_ID:
        raise PlatformPermission(errors=[{"path": "/permission_id", "message": _("Exists on the platform only.")}])
    grant = RolePermission.objects.filter(role=role, permission=permission_id).first()
    if grant is not None and grant.revoked_at is None:
        return Grant(role, permission_id, created=False)
    if grant is None:
        grant = RolePermission(role=role, permission=permission_id)
    grant.granted_at, grant.revoked_at = at, None
    grant.save()
    holders_changed(role)
    payload = {"role": role.name, "permission": permission_id}
    emit("role.permission_granted", subject=role, actor=actor, at=at, payload=payload)
    return Grant(role, permission_id, created=True)


@command(
    "role.revoke_permission",
    permission="role.grant_permission",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=204,
)
def revoke_permission(role_id: UUID, *, permission_id: PermissionName, actor: Actor, at: datetime) -> Role:
    """Take a permission from a role, from the next request of its holders on. Seeding never grants it again.

    Raises ``LAST_ADMIN`` when nobody would be left who can give rights.
    """
    role = lock_role(role_id)
    grant = RolePermission.objects.filter(role=role, permission=permission_id, revoked_at=None).first()
    if grant is None:
        raise NotFound(permission=permission_id)
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    refuse_without_administrator()
    holders_changed(role)
    payload = {"role": role.name, "permission": permission_id}
    emit("role.permission_revoked", subject=role, actor=actor, at=at, payload=payload)
    return role
