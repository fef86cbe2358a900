"""Agents and services: made here, owned by a person, switched off here."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import Conflict, NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID
from apps.tenancy.core.inputs import Handle, Name
from apps.tenancy.errors import HandleTaken, NotInThisTenant, OwnerUnfit, PlatformIsPermanent
from apps.tenancy.models import Membership, Principal, Token
from apps.tenancy.queries.scopes import standing_memberships
from apps.tenancy.services.founding import join, lock_access
from apps.tenancy.services.memberships import refuse_without_administrator


@command(
    "principal.create_agent",
    permission="principal.create_agent",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def create_agent(*, handle: Handle, name: Name, owner_id: UUID | None = None, actor: Actor, at: datetime) -> Principal:
    """Make an agent: it may propose, and its owner counts as the author of what it proposes.

    The owner is the person who gives the command unless another member is named.
    Raises ``HandleTaken``, ``OwnerUnfit``.
    """
    return _create_machine(Principal.Kind.AGENT, handle=handle, name=name, owner_id=owner_id, actor=actor, at=at)


@command(
    "principal.create_service",
    permission="principal.create_service",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def create_service(
    *, handle: Handle, name: Name, owner_id: UUID | None = None, actor: Actor, at: datetime
) -> Principal:
    """Make a service: another system that uses the API with a token of its own.

    The owner is the person who gives the command unless another member is named.
    Raises ``HandleTaken``, ``OwnerUnfit``.
    """
    return _create_machine(Principal.Kind.SERVICE, handle=handle, name=name, owner_id=owner_id, actor=actor, at=at)


@command(
    "principal.assign_owner",
    permission="principal.deactivate",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def assign_owner(principal_id: UUID, *, owner_id: UUID, actor: Actor, at: datetime) -> Principal:
    """Hand an agent or a service over to another person, who makes it new tokens: those the former owner knows end.

    Without an active owner it may not act.
    """
    principal = _lock_resident(principal_id)
    _refuse_unfit_owner(owner_id)
    former, principal.owner_id = principal.owner_id, owner_id
    principal.save(update_fields=["owner"])
    if former != owner_id:
        Token.objects.filter(principal=principal, revoked_at=None).update(revoked_at=at)
    payload = {"owner_id": owner_id, "former_owner_id": former}
    emit("principal.owner_assigned", subject=principal, actor=actor, at=at, payload=payload)
    return principal


@command(
    "principal.deactivate",
    permission="principal.deactivate",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def deactivate_principal(principal_id: UUID, *, actor: Actor, at: datetime) -> Principal:
    """Stop a principal everywhere: its sessions and tokens count no more, nor do those of the agents it owns.

    Agents and services are stopped in their home tenant, people in the platform tenant; elsewhere end the membership.
    Raises ``LastAdmin`` when nobody would be left who can give rights, ``LastOwner`` when no Owner.
    """
    lock_access()
    principal = _lock_resident(principal_id)
    if not principal.is_active:
        raise Conflict(_("The principal is inactive already."))
    principal.is_active = False
    principal.save(update_fields=["is_active"])
    refuse_without_administrator()
    _tell("principal.deactivated", principal, actor, at)
    return principal


@command(
    "principal.activate",
    permission="principal.deactivate",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def activate_principal(principal_id: UUID, *, actor: Actor, at: datetime) -> Principal:
    """Let a deactivated principal act again, with the memberships and tokens it had."""
    principal = _lock_resident(principal_id)
    if principal.is_active:
        raise Conflict(_("The principal is active already."))
    principal.is_active = True
    principal.save(update_fields=["is_active"])
    _tell("principal.activated", principal, actor, at)
    return principal


def _create_machine(
    kind: str, *, handle: str, name: str, owner_id: UUID | None, actor: Actor, at: datetime
) -> Principal:
    tenant_id = current_scope().tenant_id
    if Principal.objects.filter(home_tenant=tenant_id, handle=handle).exists():
        raise HandleTaken(handle=handle)
    owner_id = owner_id or actor.responsible_id
    _refuse_unfit_owner(owner_id)
    principal = Principal(
        kind=kind,
        handle=handle,
        name=name,
        home_tenant_id=tenant_id,
        owner_id=owner_id,
        password=make_password(None),
        created_at=at,
    )
    principal.save(force_insert=True)
    _tell("principal.created", principal, actor, at)
    join(principal, roles=(), actor=actor, at=at)
    return principal


def _refuse_unfit_owner(owner_id: UUID) -> None:
    fit = standing_memberships().filter(
        tenant=current_scope().tenant_id, principal=owner_id, principal__kind=Principal.Kind.HUMAN
    )
    if not fit.exists():
        raise OwnerUnfit


def _lock_resident(principal_id: UUID) -> Principal:
    """A principal that is decided about here: its home is this tenant; a person's home is the platform."""
    if principal_id == SYSTEM_ID:
        raise PlatformIsPermanent
    tenant_id = current_scope().tenant_id
    principal = Principal.objects.select_for_update(no_key=True).filter(pk=principal_id).first()
    on_platform = tenant_id == PLATFORM_ID
    known = on_platform or Membership.objects.filter(tenant=tenant_id, principal=principal_id).exists()
    if principal is None or not known:
        raise NotFound(id=str(principal_id))
    if principal.home_tenant_id != tenant_id and not (on_platform and principal.kind == Principal.Kind.HUMAN):
        raise NotInThisTenant
    return principal


def _tell(event: str, principal: Principal, actor: Actor, at: datetime) -> None:
    payload = {"kind": principal.kind, "handle": principal.handle, "owner_id": principal.owner_id}
    emit(event, subject=principal, actor=actor, at=at, payload=payload)
