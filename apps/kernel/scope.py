"""Who acts, where, and why: one context, loud when it is missing.

``scoped`` names the context, ``scope_transaction`` opens the tenant's rows. Without the second the
database shows nothing (row-level security); without the first the managers raise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from apps.kernel.prepared import prepared_cursor

ActorKind = Literal["human", "agent", "service"]
CausationType = Literal["event_id", "command_id", "derived_artifact_id", "user_action_id"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting principal. ``owner_id`` is the human behind an agent or a service."""

    id: UUID
    kind: ActorKind
    handle: str
    name: str
    owner_id: UUID | None = None

    @property
    def pk(self) -> UUID:
        return self.id

    @property
    def responsible_id(self) -> UUID:
        """Who counts as the author of what this actor proposes."""
        return self.owner_id or self.id


@dataclass(frozen=True, slots=True)
class Causation:
    """The one cause of a command: an event, a command, an artifact or a user's action (AT-010)."""

    type: CausationType
    id: str


@dataclass(frozen=True, slots=True)
class Scope:
    """One tenant, one actor, one cause. ``token_permissions`` narrows the actor's own; None means all of them.

    ``token_is_bound``: the caller came with a token that counts in this tenant only. ``voucher_id``: the human behind a
    token that acts for another member, whose word is all there is for who that member is.
    """

    tenant_id: UUID
    tenant_slug: str
    actor: Actor
    correlation_id: str
    membership_id: UUID | None = None
    access_version: int = 0
    environment: str | None = None
    token_permissions: frozenset[str] | None = None
    token_is_bound: bool = False
    causation: Causation | None = field(default=None)
    voucher_id: UUID | None = None


class ScopeMissing(RuntimeError):
    """Tenant work was tried outside a scope. A programming error, never an answer to a user."""


class TenantSwitch(RuntimeError):
    """A transaction of one tenant was asked to work for another."""


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_open_tenant: ContextVar[UUID | None] = ContextVar("open_tenant", default=None)


def current_scope() -> Scope:
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing("No tenant scope. Enter one with scoped(...).")
    return scope


def current_scope_or_none() -> Scope | None:
    return _scope.get()


def people_behind(actor: Actor) -> frozenset[UUID]:
    """Who may be the one that acts: the actor, and who vouches for them where a gateway's token acts in their name."""
    voucher_id = current_scope().voucher_id
    return frozenset({actor.id} if voucher_id is None else {actor.id, voucher_id})


def open_tenant_id() -> UUID:
    """The tenant whose rows the open transaction sees."""
    tenant_id = _open_tenant.get()
    if tenant_id is None:
        raise ScopeMissing("No scope transaction is open. Wrap the work in scope_transaction().")
    return tenant_id


@contextmanager
def scoped(scope: Scope) -> Iterator[Scope]:
    """Name the context. Opens nothing in the database."""
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


_OPEN = "select set_config('app.tenant_id', %s, true), clock_timestamp()"


@contextmanager
def scope_transaction(*, durable: bool = True, tenant_id: UUID | None = None) -> Iterator[datetime]:
    """Open a transaction that sees the scope's tenant, and yield the database's time.

    A durable one is the outermost: within another it raises. ``durable=False`` joins a transaction of the same tenant,
    and with ``tenant_id`` works in another tenant inside it, which only the command that creates a tenant may do.
    """
    tenant = tenant_id or current_scope().tenant_id
    previous = _open_tenant.get()
    if previous is not None and durable:
        raise RuntimeError("A scope transaction is open already. Commands are not given inside one.")
    if previous not in {None, tenant} and tenant_id is None:
        raise TenantSwitch(f"{previous} is open, {tenant} was asked for")
    nested = connection.in_atomic_block
    with transaction.atomic(durable=durable):
        at = _set_tenant(str(tenant))
        token = _open_tenant.set(tenant)
        try:
            yield at
        finally:
            _open_tenant.reset(token)
        # RELEASE SAVEPOINT keeps a local setting: take it back, or the outer transaction would keep this tenant.
        # After an error the rollback to the savepoint brings back the old one.
        if nested and not connection.needs_rollback:
            _set_tenant(str(previous) if previous else "")


def _set_tenant(value: str) -> datetime:
    with prepared_cursor() as cursor:
        cursor.execute(_OPEN, [value])
        at: datetime = cursor.fetchone()[1]
    return at
