"""Tenants, people, agents and tokens for tests, made by the same commands as in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db.models import F
from pydantic import SecretStr

from apps.access.models import Role
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scope_transaction, scoped
from apps.tenancy import queries
from apps.tenancy.core.built_in import PLATFORM_SLUG
from apps.tenancy.models import Membership, Principal, Tenant

PASSWORD = "correct-horse-battery-staple"


def platform() -> Tenant:
    return Tenant.objects.get(slug=PLATFORM_SLUG)


def operator(name: str = "Olga Operator") -> Principal:
    """A person who makes tenants: Admin and Operator on the platform."""
    return person(platform(), name, roles=["Admin", "Operator"])


def tenant(slug: str = "acme", *, creator: Principal | None = None) -> Tenant:
    """A tenant with its seeded roles. Its creator is its Admin and Owner."""
    with acting(creator or operator(f"Creator of {slug}"), platform()):
        made: Tenant = dispatch("tenant.create", slug=slug, name=slug.title())
    return made


def person(of: Tenant, name: str, *, roles: list[str] | None = None) -> Principal:
    """A human member with these roles; the e-mail is made from name and tenant, the password is ``PASSWORD``."""
    email = f"{name.lower().replace(' ', '.')}@{of.slug}.example"
    with scoped(queries.tenant_scope(of.slug)):
        made: Principal = dispatch(
            "principal.create_human", email=email, name=name, password=SecretStr(PASSWORD), roles=roles or []
        )
    return made


def agent(of: Tenant, owner: Principal, handle: str = "drafting-agent", *, roles: list[str] | None = None) -> Principal:
    """An agent of the owner, with these roles."""
    return _machine("principal.create_agent", of, owner, handle, roles or [])


def service(of: Tenant, owner: Principal, handle: str = "ci", *, roles: list[str] | None = None) -> Principal:
    """A service of the owner, with these roles."""
    return _machine("principal.create_service", of, owner, handle, roles or [])


def _machine(command: str, of: Tenant, owner: Principal, handle: str, roles: list[str]) -> Principal:
    with acting(administrator(of), of):
        made: Principal = dispatch(command, handle=handle, name=handle.title(), owner_id=owner.pk)
    for role in roles:
        assign(of, made, role)
    return made


def administrator(of: Tenant) -> Principal:
    """The Admin who made the tenant."""
    membership = (
        Membership.objects.filter(tenant=of, principal__kind="human")
        .order_by("created_at", F("id"))
        .select_related("principal")
    )
    return membership[0].principal


def assign(of: Tenant, to: Principal, role: str) -> None:
    with acting(administrator(of), of):
        dispatch("role.assign", to.pk, role_id=role_id(of, role))


def role_id(of: Tenant, name: str) -> Any:
    with acting(administrator(of), of), scope_transaction():
        return Role.objects.get(name=name).pk


def scope_of(principal: Principal, of: Tenant, **changes: Any) -> Scope:
    """The scope of a member as a request would have it now; ``changes`` are fields of it."""
    made = queries.session_scope(principal, of.pk, correlation_id=f"test-{uuid4().hex[:8]}")
    return Scope(**{name: getattr(made, name) for name in Scope.__slots__} | changes)


@contextmanager
def acting(principal: Principal, of: Tenant, **changes: Any) -> Iterator[Scope]:
    """Work as a member of a tenant."""
    with scoped(scope_of(principal, of, **changes)) as scope:
        yield scope


@contextmanager
def reading(of: Tenant) -> Iterator[Scope]:
    """Look at a tenant's rows as its system principal."""
    with scoped(queries.tenant_scope(of.slug)) as scope, scope_transaction():
        yield scope


def token(principal: Principal, of: Tenant, **inputs: Any) -> str:
    """The secret of a new token of a member; made by the member, or by the owner of an agent or service.

    The maker must hold ``token.create`` (every seeded role has it).
    """
    maker = principal.owner or principal
    with acting(maker, of):
        secret: str = dispatch("token.create", name="test", principal_id=principal.pk, **inputs).secret
    return secret


def headers(secret: str, of: Tenant) -> dict[str, str]:
    """Headers of an API request, for Django's test client: ``client.get(url, headers=headers(...))``."""
    return {"authorization": f"Bearer {secret}", "x-tenant-id": of.slug}
