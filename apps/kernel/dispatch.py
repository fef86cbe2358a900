"""The one write path. Admin, API, worker, command line and agent all end here.

Order: identity and tenant (the scope), agent guard, permission, body, object and state (the service), then the record
of it all in the same transaction. A refusal rolls everything back and is recorded afterwards.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

import psycopg.errors
import structlog
from django.db import IntegrityError, OperationalError

from apps.kernel import commands, ports
from apps.kernel.body import check_body, with_inputs
from apps.kernel.canonical import deterministic_uuid
from apps.kernel.commands import Command
from apps.kernel.errors import Conflict, DomainError, IdempotencyRefusal, LeaseLost, PermissionDenied
from apps.kernel.ports import Answer, Decision, Entry, Key
from apps.kernel.scope import Actor, Scope, current_scope, scope_transaction, scoped
from apps.kernel.unit import Claim, Unit, collecting, emit

log = structlog.get_logger(__name__)

DEADLOCK_ATTEMPTS = 4
STORED_STATUS = frozenset({409, 422})


class AlreadyExists(Conflict):
    """A unique constraint refused the row, most often because another request was faster."""

    code = "ALREADY_EXISTS"


class Render(Protocol):
    """How an edge writes an answer."""

    def result(self, value: Any) -> tuple[int, bytes]: ...

    def error(self, refusal: DomainError) -> tuple[int, bytes]: ...


@dataclass(frozen=True, slots=True)
class _Call:
    command: Command
    target: Any
    scope: Scope
    read: Callable[[Command], dict[str, Any]]
    digest: str
    key: Key | None = None
    render: Render | None = None
    claim: Claim | None = None


def dispatch(
    name: str, target: Any = None, /, *, actor: Actor | None = None, claim: Claim | None = None, **inputs: Any
) -> Any:
    """Give a command from Python and return what its service returns.

    Acts in the current scope, as ``actor`` when one is named. Raises the service's :class:`DomainError` after the
    refusal has been recorded. ``claim`` is the leased row a worker is working on.
    """
    scope = current_scope()
    if actor is not None and actor.id != scope.actor.id:
        scope = ports.principals().scope_as(scope, actor)
    digest = _digest(json.dumps(inputs, sort_keys=True, default=str).encode())
    call = _Call(commands.get(name), target, scope, lambda c: c.parse_values(inputs), digest, claim=claim)
    return _run(call)[0]


def answer(
    name: str,
    target: Any = None,
    /,
    *,
    body: bytes,
    render: Render,
    idempotency_key: str | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Answer:
    """Give a command as an HTTP request does: raw body in, rendered answer out, replayed for a known key.

    ``inputs`` are values of the path and of headers; a body that names one of them is refused.
    """
    fixed = dict(inputs or {})
    command = commands.get(name)
    scope = current_scope()
    # The environment is part of what was asked: the same words elsewhere are another request.
    asked = [name, str(target), fixed, scope.environment]
    digest = _digest(body + json.dumps(asked, sort_keys=True, default=str).encode())
    key = Key({"kind": "command", "aggregate": name}, idempotency_key) if idempotency_key else None
    call = _Call(command, target, scope, lambda c: _read(c, body, fixed), digest, key, render)
    return cast("Answer", _run(call)[1])  # a call with a renderer is always rendered


def _read(command: Command, body: bytes, fixed: Mapping[str, Any]) -> dict[str, Any]:
    if fixed:
        return command.parse_body(with_inputs(body, fixed))
    check_body(body)
    return command.parse_body(body)


def _digest(material: bytes) -> str:
    return hashlib.sha256(material).hexdigest()


def _run(call: _Call) -> tuple[Any, Answer | None]:
    for attempt in range(1, DEADLOCK_ATTEMPTS + 1):
        attempted = _Attempt(call)
        try:
            with scoped(call.scope):
                return attempted.carry_out()
        except LeaseLost:
            raise
        except DomainError as refusal:
            return attempted.refuse(refusal)
        except IntegrityError as error:
            if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise
            constraint = error.__cause__.diag.constraint_name
            return attempted.refuse(AlreadyExists("There is one already.", constraint=constraint))
        except OperationalError as error:
            # Nothing has left the transaction, so the same command may be tried again.
            conflict = isinstance(
                error.__cause__, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
            )
            if not conflict or attempt == DEADLOCK_ATTEMPTS:
                raise
            log.warning("command.deadlock", command=call.command.name, attempt=attempt)
            time.sleep(0.01 * attempt)
    raise AssertionError("unreachable")


class _Attempt:
    """One transaction of a command, and what is known about it when it fails."""

    def __init__(self, call: _Call) -> None:
        self.call = call
        self.decision: Decision | None = None
        self.at: datetime | None = None
        self.unit = Unit()

    def carry_out(self) -> tuple[Any, Answer | None]:
        call = self.call
        journal = ports.journal()
        with scope_transaction() as at:
            self.at = at
            self.decision = ports.guard().authorize(call.command, call.scope, call.target)
            if call.key is not None:
                stored = journal.stored_answer(call.key, call.scope.actor.id, call.digest)
                if stored is not None:
                    return None, stored
            with collecting(self.unit):
                result = self._call_service(call.read(call.command))
            # Rendered here, where the tenant's rows can still be read.
            answered = Answer(*call.render.result(result)) if call.render is not None else None
            journal.accepted(self._entry(at, None), self.unit, answered if call.key else None, call.claim)
        return result, answered

    def _call_service(self, values: dict[str, Any]) -> Any:
        call, passed = self.call, dict(values)
        if "actor" in call.command.passes:
            passed["actor"] = call.scope.actor
        if "at" in call.command.passes:
            passed["at"] = self.at
        if call.command.takes_target:
            return call.command.function(call.target, **passed)
        return call.command.function(**passed)

    def refuse(self, refusal: DomainError) -> tuple[Any, Answer | None]:
        """Record the refusal after the rollback; give the stored answer for a key, raise otherwise."""
        call, answered = self.call, None
        if isinstance(refusal, IdempotencyRefusal):
            call = self.call = replace(call, key=None)
        if call.key is not None and call.render is not None and refusal.status in STORED_STATUS:
            answered = Answer(*call.render.error(refusal))
        unit = Unit()
        with scoped(call.scope), scope_transaction() as at:
            self.at = self.at or at
            with collecting(unit):
                for name, subject, payload in refusal.aftermath:
                    emit(name, subject=subject, actor=call.scope.actor, at=at, payload=payload)
            ports.journal().rejected(self._entry(self.at, refusal), unit, answered, call.claim)
        if answered is None:
            raise refusal
        return None, answered

    def _entry(self, at: datetime, refusal: DomainError | None) -> Entry:
        call = self.call
        target = str(call.target) if call.target is not None else None
        right, rule, allowed = self._decided(refusal)
        return Entry(
            id=_command_id(call, target, at),
            command=call.command,
            scope=call.scope,
            target=target,
            input_digest=call.digest,
            at=at,
            key=call.key,
            right=right,
            rule=rule,
            allowed=allowed,
            refusal=refusal,
        )

    def _decided(self, refusal: DomainError | None) -> tuple[Command, str, bool]:
        """Whose permission was asked for, the rule that decided, and whether it allowed."""
        command = self.call.command
        if isinstance(refusal, PermissionDenied) and refusal.denied is not None:
            return commands.get(refusal.denied), refusal.code, False
        if self.unit.used is not None:
            name, rule = self.unit.used
            return commands.get(name), rule, True
        if self.decision is not None:
            return command, self.decision.rule, True
        return command, refusal.code if refusal else "", False


def _command_id(call: _Call, target: str | None, at: datetime) -> UUID:
    """A pure function of the command and its pinned time, so that a repeated write of it meets itself (AT-011)."""
    scope = call.scope
    return deterministic_uuid(
        "command", str(scope.tenant_id), call.command.name, target or "", call.digest, str(scope.actor.id),
        scope.correlation_id, at.isoformat(),
    )  # fmt: skip
