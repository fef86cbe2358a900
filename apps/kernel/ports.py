"""What the kernel needs from above. Each port has one implementation; an empty one is an error at start-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from apps.kernel import commands
from apps.kernel.commands import Command
from apps.kernel.errors import DomainError, PermissionDenied
from apps.kernel.scope import Actor, Causation, Scope, current_scope
from apps.kernel.unit import Claim, Unit, current_unit


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a command was allowed: ``member``, ``role:Admin``, ``rule:<id>``."""

    rule: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What went over the wire, to be sent again byte for byte."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key within its typed scope (AT-015). Another request under the same key is refused."""

    scope: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The record of one command. ``rule`` is the rule that decided; ``refusal`` is set when it was rejected.

    ``right`` is the command whose permission was asked for: the command itself, or what it turned out to be.
    """

    id: UUID
    command: Command
    scope: Scope
    target: str | None
    input_digest: str
    at: datetime
    key: Key | None
    right: Command
    rule: str = ""
    allowed: bool = True
    refusal: DomainError | None = None


class Guard(Protocol):
    def authorize(self, command: Command, scope: Scope, target: Any) -> Decision:
        """The rule that allows it, or AgentNotAllowed or PermissionDenied. Called inside the scope's transaction."""

    def require(self, permission: str, scope: Scope) -> None:
        """For a guarded read: PermissionDenied when the actor lacks it. Records nothing."""


class Journal(Protocol):
    def accepted(self, entry: Entry, unit: Unit, answer: Answer | None, claim: Claim | None) -> None:
        """Write command, events, outbox, jobs, timers, answer; settle the claim or raise LeaseLost."""

    def rejected(self, entry: Entry, unit: Unit, answer: Answer | None, claim: Claim | None) -> None:
        """Write the refused command and what is to be known of it."""

    def stored_answer(self, key: Key, actor_id: UUID, input_digest: str) -> Answer | None:
        """The first request's answer. IdempotencyInFlight while it runs, IdempotencyKeyReused if this one differs."""


class Principals(Protocol):
    def identify(
        self,
        *,
        token: str | None,
        tenant_slug: str | None,
        user_id: UUID | None,
        agent_id: UUID | None,
        environment_name: str | None,
        correlation_id: str,
    ) -> Scope:
        """Who calls, from the raw identity of a request."""

    def actor(self, *, token: str | None, user_id: UUID | None, agent_id: UUID | None) -> Actor:
        """The same where no tenant is asked for."""

    def scope_as(self, scope: Scope, actor: Actor) -> Scope:
        """The same tenant and cause with another member acting; NotFound when the actor is no member."""

    def system_scope(self, tenant_id: UUID, *, correlation_id: str, causation: Causation | None) -> Scope:
        """The tenant's ``system`` principal, for workers; NotFound while the tenant is archived."""


_ports: dict[str, Any] = {}
PORTS = ("guard", "journal", "principals")


def provide(port: str, implementation: Any) -> None:
    if port not in PORTS:
        raise LookupError(port)
    _ports[port] = implementation


def missing() -> list[str]:
    return [port for port in PORTS if port not in _ports]


def guard() -> Guard:
    found: Guard = _ports["guard"]
    return found


def journal() -> Journal:
    found: Journal = _ports["journal"]
    return found


def principals() -> Principals:
    found: Principals = _ports["principals"]
    return found


def authorize(name: str, target: Any) -> None:
    """Ask the guard about the command that the one under way turns out to be, as a status of Merged is a merge.

    What is recorded, allowed or denied, is then this right. Raises what the guard raises.
    """
    try:
        decision = guard().authorize(commands.get(name), current_scope(), target)
    except PermissionDenied as denial:
        denial.denied = name
        raise
    current_unit().used = (name, decision.rule)
