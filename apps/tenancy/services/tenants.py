"""The life of a tenant, and operators who visit one."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.kernel import hooks
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import Conflict
from apps.kernel.scope import Actor, current_scope, scope_transaction
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID
from apps.tenancy.core.inputs import Name, Reason, ShortName, Slug
from apps.tenancy.errors import AlreadyMember, PlatformIsPermanent, SlugTaken, TenantNotFound
from apps.tenancy.models import Membership, Tenant
from apps.tenancy.services.archiving import put_away, take_out
from apps.tenancy.services.founding import lock_access, set_roles, system_membership

VISIT_HOURS = 8
VisitHours = Annotated[int, Field(ge=1, le=24)]


@command(
    "tenant.create",
    permission="tenant.create",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def create_tenant(*, slug: Slug, name: Name, plan: ShortName = "free", actor: Actor, at: datetime) -> Tenant:
    """Make a tenant with its seeded roles, the system's membership and the creator as its Admin and Owner.

    Raises ``SlugTaken``.
    """
    if Tenant.objects.filter(slug=slug).exists():
        raise SlugTaken(slug=slug)
    tenant = Tenant(slug=slug, name=name, plan=plan, created_at=at)
    tenant.save(force_insert=True)
    system_membership(tenant.pk, at).save(force_insert=True)
    # Works in two tenants at once: the new one has nobody yet who could be asked.
    with scope_transaction(durable=False, tenant_id=tenant.pk):
        list(hooks.run("tenancy.tenant_founded", tenant_id=tenant.pk, at=at))
        if actor.id != SYSTEM_ID:
            creator = Membership(tenant=tenant, principal_id=actor.id, created_at=at)
            creator.save(force_insert=True)
            set_roles(creator, ("Admin", "Owner"), actor, at)
    emit("tenant.created", subject=tenant, actor=actor, at=at, payload={"slug": slug, "name": name})
    return tenant


@command("tenant.rename", permission="tenant.rename", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def rename_tenant(*, name: Name, actor: Actor, at: datetime) -> Tenant:
    """Give the current tenant another name. Its slug stays: other systems know it."""
    tenant = _lock(current_scope().tenant_id)
    tenant.name = name
    tenant.save(update_fields=["name"])
    _tell("tenant.renamed", tenant, actor, at)
    return tenant


@command("tenant.archive", permission="tenant.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def archive_tenant(tenant_id: UUID, *, actor: Actor, at: datetime) -> Tenant:
    """Close a tenant: from now on nobody can work in it. Nothing is deleted.

    Raises ``PlatformIsPermanent``, or ``IllegalTransition`` when it is archived already.
    """
    tenant = _lock(tenant_id)
    put_away(tenant, at)
    _tell("tenant.archived", tenant, actor, at)
    return tenant


@command("tenant.restore", permission="tenant.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def restore_tenant(tenant_id: UUID, *, actor: Actor, at: datetime) -> Tenant:
    """Open an archived tenant again, as it was."""
    tenant = _lock(tenant_id)
    take_out(tenant)
    _tell("tenant.restored", tenant, actor, at)
    return tenant


@command("tenant.enter", permission="tenant.enter", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def enter_tenant(
    tenant_id: UUID,
    *,
    reason: Reason,
    hours: VisitHours = VISIT_HOURS,
    role: Literal["Viewer", "Editor", "Admin"] = "Viewer",
    actor: Actor,
    at: datetime,
) -> Membership:
    """Visit a tenant as an operator: a membership that ends by itself, with a reason its people can read.

    Raises ``TenantNotFound``, or ``AlreadyMember`` for a permanent member.
    """
    tenant = _lock(tenant_id)
    if tenant.status != Tenant.Status.ACTIVE:
        raise TenantNotFound
    ends = at + timedelta(hours=hours)
    with scope_transaction(durable=False, tenant_id=tenant.pk):
        lock_access()
        membership = Membership.objects.select_for_update(no_key=True).filter(tenant=tenant, principal=actor.id).first()
        if membership is None:
            membership = Membership(tenant=tenant, principal_id=actor.id, created_at=at)
        elif membership.status == Membership.Status.REMOVED:
            membership.restore()
        elif membership.expires_at is None:
            raise AlreadyMember
        membership.expires_at, membership.reason = ends, reason
        membership.save()
        set_roles(membership, (role,), actor, at)
    payload = {"slug": tenant.slug, "reason": reason, "expires_at": ends}
    emit("tenant.entered", subject=tenant, actor=actor, at=at, payload=payload)
    return membership


@command("tenant.leave", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def leave_tenant(*, actor: Actor, at: datetime) -> Tenant:
    """End one's own visit to the current tenant. A permanent member is removed by somebody else."""
    tenant_id = current_scope().tenant_id
    membership = Membership.objects.select_for_update(no_key=True).get(tenant=tenant_id, principal=actor.id)
    if membership.expires_at is None:
        raise Conflict(_("You are a permanent member. Ask an administrator to remove you."))
    membership.remove(at=at)
    membership.save()
    tenant = Tenant.objects.get(pk=tenant_id)
    _tell("tenant.left", tenant, actor, at)
    return tenant


def _lock(tenant_id: UUID) -> Tenant:
    if tenant_id == PLATFORM_ID:
        raise PlatformIsPermanent
    tenant = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()
    if tenant is None:
        raise TenantNotFound
    return tenant


def _tell(event: str, tenant: Tenant, actor: Actor, at: datetime) -> None:
    emit(event, subject=tenant, actor=actor, at=at, payload={"slug": tenant.slug, "name": tenant.name})
