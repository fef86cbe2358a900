"""What is there before anybody signs in, and the first person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from pydantic import EmailStr, SecretStr

from apps.events.services.epoch import raise_epoch
from apps.kernel import hooks
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import InvalidInput
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core import built_in
from apps.tenancy.core.inputs import Name, RoleNames
from apps.tenancy.core.names import human_handle
from apps.tenancy.errors import AdministratorExists, AlreadyMember
from apps.tenancy.models import Membership, Principal, Tenant
from apps.tenancy.queries import administrators_exist, tenant_ids


def found_platform() -> None:
    """Make the platform tenant and the system principal with its membership. Running it again changes nothing.

    Called after every migration.
    """
    at = datetime.now(UTC)
    tenant = Tenant(id=built_in.PLATFORM_ID, slug=built_in.PLATFORM_SLUG, name=built_in.PLATFORM_NAME, created_at=at)
    Tenant.objects.bulk_create([tenant], ignore_conflicts=True)
    system = Principal(
        id=built_in.SYSTEM_ID,
        kind=Principal.Kind.SERVICE,
        handle=built_in.SYSTEM_HANDLE,
        name=built_in.SYSTEM_NAME,
        home_tenant=tenant,
        password=make_password(None),
        created_at=at,
    )
    Principal.objects.bulk_create([system], ignore_conflicts=True)
    Membership.objects.bulk_create([system_membership(built_in.PLATFORM_ID, at)], ignore_conflicts=True)


def keep_event_order() -> str:
    """After a restore into another cluster, number new events after the stored ones. Called after every migration."""
    raised = raise_epoch(tenant_ids())
    return f"Events are numbered {raised} higher from now on." if raised else "The numbering of events goes on."


def system_membership(tenant_id: UUID, at: datetime) -> Membership:
    """The membership of the system principal in a tenant, not saved."""
    return Membership(
        id=built_in.system_membership_id(tenant_id),
        tenant_id=tenant_id,
        principal_id=built_in.SYSTEM_ID,
        created_at=at,
    )


@command(
    "principal.create_administrator",
    permission="principal.create_administrator",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    internal=True,
)
def create_administrator(*, email: EmailStr, name: Name, password: SecretStr, actor: Actor, at: datetime) -> Principal:
    """Make the first administrator of the installation.

    Raises ``AdministratorExists`` when the platform has a person already.
    """
    if administrators_exist():
        raise AdministratorExists
    return _new_member(email=email, name=name, password=password, roles=("Admin", "Operator"), actor=actor, at=at)


@command(
    "principal.create_human",
    permission="principal.create_human",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    internal=True,
)
def create_human(
    *,
    email: EmailStr,
    name: Name,
    password: SecretStr,
    roles: RoleNames = (),
    actor: Actor,
    at: datetime,
) -> Principal:
    """Make a person with a password, or take a known one in, without an invitation.

    For the server's own shell: over the network a person proves the address by accepting an invitation. The password
    of a known person is left as it is. Raises ``AlreadyMember``.
    """
    return _new_member(email=email, name=name, password=password, roles=roles, actor=actor, at=at)


def _new_member(
    *, email: str, name: str, password: SecretStr, roles: Sequence[str], actor: Actor, at: datetime
) -> Principal:
    person = Principal.objects.filter(email=email.lower()).first()
    if person is None:
        person = save_human(email, name, password, at)
        emit(
            "principal.created", subject=person, actor=actor, at=at, payload={"kind": "human", "handle": person.handle}
        )
    join(person, roles=roles, actor=actor, at=at)
    return person


def save_human(email: str, name: str, password: SecretStr, at: datetime) -> Principal:
    """A new person with a checked password. Raises ``InvalidInput`` with what is wrong with the password."""
    principal_id = uuid4()
    plain = human_handle(email, principal_id, taken=False)
    taken = Principal.objects.filter(home_tenant=None, handle=plain).exists()
    person = Principal(
        id=principal_id,
        kind=Principal.Kind.HUMAN,
        handle=human_handle(email, principal_id, taken=taken),
        name=name,
        email=email.lower(),
        created_at=at,
    )
    raw = password.get_secret_value()
    try:
        validate_password(raw, person)
    except ValidationError as weak:
        raise InvalidInput(errors=[{"path": "/password", "message": text} for text in weak.messages]) from None
    person.set_password(raw)
    person.save(force_insert=True)
    return person


def join(person: Principal, *, roles: Sequence[str], actor: Actor, at: datetime, **fields: Any) -> Membership:
    """Make the principal a member of the current tenant, with these roles and none of an earlier time.

    Raises ``AlreadyMember``.
    """
    tenant_id = current_scope().tenant_id
    lock_access()
    membership = Membership.objects.select_for_update(no_key=True).filter(tenant=tenant_id, principal=person).first()
    if membership is None:
        membership = Membership(tenant_id=tenant_id, principal=person, created_at=at, **fields)
    elif membership.status == Membership.Status.REMOVED:
        membership.restore()
        for name, value in fields.items():
            setattr(membership, name, value)
    elif membership.expires_at is not None:
        # A visit becomes, or goes on as, what is asked for now.
        membership.expires_at, membership.reason = fields.get("expires_at"), fields.get("reason", "")
    else:
        raise AlreadyMember
    membership.save()
    set_roles(membership, roles, actor, at)
    emit(
        "membership.added",
        subject=membership,
        actor=actor,
        at=at,
        payload={"principal_id": person.pk, "reason": membership.reason},
    )
    return membership


def lock_access() -> None:
    """Have the access app lock the open tenant's roles: they come before memberships wherever both are locked."""
    list(hooks.run("tenancy.access_changing"))


def set_roles(membership: Membership, roles: Sequence[str], actor: Actor, at: datetime) -> None:
    """Have the access app give the member exactly these roles, by name; it raises ``NotFound`` for an unknown one."""
    list(hooks.run("tenancy.roles_set", membership_id=membership.pk, roles=roles, actor=actor, at=at))
