"""What every change of rights does: one at a time in a tenant, versions raised, an administrator left."""

from uuid import UUID

from apps.access.core.roles import OWNER
from apps.access.core.subjects import role_subject
from apps.access.errors import LastAdmin, LastOwner, OwnersNameOwners
from apps.access.models import Role, RoleAssignment
from apps.access.queries import (
    approver_subjects,
    tenant_has_administrator,
    tenant_has_owner,
    tenant_lost_its_owners,
)
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor, people_behind
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.services.memberships import mark_access_changed


def lock_roles() -> dict[UUID, Role]:
    """All roles of the tenant, locked by key: two people who take each other's rights away wait for each other."""
    return {role.pk: role for role in Role.objects.select_for_update(no_key=True).order_by("pk")}


def lock_role(role_id: UUID) -> Role:
    """The role, with all others locked too."""
    role = lock_roles().get(role_id)
    if role is None:
        raise NotFound(id=str(role_id))
    return role


def holders_changed(role: Role) -> None:
    """Whoever holds the role has other rights now."""
    held = RoleAssignment.objects.filter(role=role).order_by("membership_id")
    mark_access_changed(list(held.values_list("membership_id", flat=True)))


def refuse_without_administrator() -> None:
    """Raise ``LastAdmin`` when the change would leave nobody who can give rights, ``LastOwner`` when no Owner."""
    lock_roles()
    if not tenant_has_administrator():
        raise LastAdmin
    if tenant_lost_its_owners():
        raise LastOwner


def refuse_new_owner(actor: Actor) -> None:
    """Raise ``OwnersNameOwners`` unless the actor is an Owner, and who vouches for them behind a gateway too.

    The system names Owners, and so does whoever may assign roles while there is none.
    """
    if actor.id == SYSTEM_ID or not tenant_has_owner():
        return
    if not all(role_subject(OWNER) in subjects for subjects in approver_subjects(people_behind(actor)).values()):
        raise OwnersNameOwners


def refuse_without_owner() -> None:
    """Raise ``LastOwner`` when nobody is an Owner any more."""
    if not tenant_has_owner():
        raise LastOwner
