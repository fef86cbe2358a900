"""What can be approved. Higher apps register the types of their subjects, so that one inbox serves them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SubjectType:
    """One type of subject: what it is called, whose commands decide it, where its page is.

    ``name`` is the subject type of events, votes and requests (``changes.change``). ``label`` is for people.
    ``approve``, ``withdraw_approval``, ``deny`` and ``request_changes`` name commands with the subject as their target:
    ``approve`` takes ``digest`` and ``comment``, the two refusals ``comment`` and, when it is known, ``digest``.
    ``page`` is the name of an admin address with the subject's id. ``lock`` locks the subject's row: whoever works on
    a request of a subject locks the subject first.
    """

    name: str
    label: Any
    permission: str
    approve: str
    withdraw_approval: str
    deny: str
    request_changes: str
    page: str
    lock: Callable[[UUID], object]


_registry: dict[str, SubjectType] = {}


def register_subject(subject: SubjectType) -> None:
    """Make a type known; a second, different one of the name is a programming error."""
    known = _registry.setdefault(subject.name, subject)
    if known != subject:
        raise RuntimeError(f"The subject type {subject.name} is registered twice.")


def subject_type(name: str) -> SubjectType:
    """The type of that name; ``LookupError`` when nobody registered it."""
    return _registry[name]


def subject_types() -> list[SubjectType]:
    """Every type, by name."""
    return [_registry[name] for name in sorted(_registry)]
