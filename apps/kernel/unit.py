"""The unit of work: what one command tells the rest of the system, written in one statement when it succeeds.

Services call :func:`emit`, :func:`defer`, :func:`start_timer` and :func:`stop_timer`; nothing leaves before the commit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from apps.kernel import commands, hooks
from apps.kernel.event_types import payload_json
from apps.kernel.scope import Actor, ScopeMissing

Subject = Any  # a model instance with ``pk`` and ``_meta``, or a pair (type, id)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event before it has its id. ``subject`` is (resource type, resource id)."""

    name: str
    subject: tuple[str, str]
    environment_id: UUID | None
    payload: dict[str, Any]
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class JobDraft:
    """A deferred command. ``due_at`` None means now; ``dedupe_key`` makes a second one a no-op."""

    command: str
    target: str | None
    inputs: dict[str, Any]
    due_at: datetime | None
    dedupe_key: str | None


@dataclass(frozen=True, slots=True)
class TimerDraft:
    """A timer to start (``due_at`` given) or to stop (``due_at`` None)."""

    kind: str
    subject: tuple[str, str]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A leased row a worker is working on. Its fence is checked inside the effect's transaction."""

    queue: Literal["job", "timer"]
    id: UUID
    fence: int


@dataclass(slots=True)
class Unit:
    events: list[EventDraft] = field(default_factory=list)
    jobs: list[JobDraft] = field(default_factory=list)
    timers: list[TimerDraft] = field(default_factory=list)
    #: The command whose right was used, and the rule that gave it, where it is another than the one given.
    used: tuple[str, str] | None = None


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)


@contextmanager
def collecting(unit: Unit) -> Iterator[Unit]:
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)


def current_unit() -> Unit:
    unit = _unit.get()
    if unit is None:
        raise ScopeMissing("No command is running: only a command may emit, defer or set timers.")
    return unit


def subject_of(subject: Subject) -> tuple[str, str]:
    """(``changes.change``, id) of a model instance; a given pair as it is."""
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    return subject._meta.label_lower, str(subject.pk)


def emit(name: str, *, subject: Subject, actor: Actor, at: datetime, payload: Mapping[str, Any] | None = None) -> None:
    """Record a fact with the command. Unknown names and payloads that do not fit their type raise."""
    unit = current_unit()
    environment_id = getattr(subject, "environment_id", None)
    made = payload_json(name, payload or {})
    unit.events.append(EventDraft(name, subject_of(subject), environment_id, made, actor, at))


def defer(
    command: str,
    target: UUID | None = None,
    /,
    *,
    due_at: datetime | None = None,
    dedupe_key: str | None = None,
    **inputs: Any,
) -> None:
    """Have a worker give this command later, as the tenant's ``system`` principal. Inputs are JSON values."""
    commands.get(command)
    target_text = str(target) if target is not None else None
    current_unit().jobs.append(JobDraft(command, target_text, inputs, due_at, dedupe_key))


def start_timer(kind: str, subject: Subject, due_at: datetime) -> None:
    """Start, or move, the one pending timer of this kind on the subject."""
    hooks.timer_command(kind)
    current_unit().timers.append(TimerDraft(kind, subject_of(subject), due_at))


def stop_timer(kind: str, subject: Subject) -> None:
    """Complete the pending timer of this kind on the subject, if there is one."""
    current_unit().timers.append(TimerDraft(kind, subject_of(subject), None))
