"""Approver subjects: the names by which an approval says whose agreement it needs."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from apps.access.core.roles import canonical_role

ROLE: Final = "role"
TEAM: Final = "team"
PRINCIPAL: Final = "principal"

_BY_ID = re.compile(rf"\b(?:{TEAM}|{PRINCIPAL}):[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\b")


class Named(NamedTuple):
    """Subjects, told apart. Roles by their own names."""

    roles: frozenset[str] = frozenset()
    teams: frozenset[UUID] = frozenset()
    principals: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return any(self)


def role_subject(name: str) -> str:
    """``role:Admin``, also for an alias."""
    return f"{ROLE}:{canonical_role(name)}"


def team_subject(team_id: UUID) -> str:
    return f"{TEAM}:{team_id}"


def principal_subject(principal_id: UUID) -> str:
    return f"{PRINCIPAL}:{principal_id}"


def canonical_subject(text: str) -> str | None:
    """The one spelling of a subject, or ``None`` for a text that is none.

    Law: ``canonical_subject(canonical_subject(text)) == canonical_subject(text)``.
    """
    kind, _, name = text.partition(":")
    kind = kind.strip().lower()
    if kind == ROLE and name.strip():
        return role_subject(name)
    if kind in (TEAM, PRINCIPAL):
        try:
            return f"{kind}:{UUID(name.strip())}"
        except ValueError:
            return None
    return None


def named_subjects(subjects: Iterable[str]) -> Named:
    """The roles, teams and principals that are named; what is not understood is left out."""
    found: dict[str, set[str]] = {ROLE: set(), TEAM: set(), PRINCIPAL: set()}
    for subject in subjects:
        kind, _, name = (canonical_subject(subject) or "").partition(":")
        if name:
            found[kind].add(name)
    teams, principals = (frozenset(UUID(name) for name in found[kind]) for kind in (TEAM, PRINCIPAL))
    return Named(frozenset(found[ROLE]), teams, principals)


def mentioned(text: str) -> set[str]:
    """The teams and principals that a sentence names by id."""
    return {*_BY_ID.findall(text)}


def reworded(text: str, labels: Mapping[str, str]) -> str:
    """The sentence with those teams and principals called by their labels; one without a label stays as it is."""
    return _BY_ID.sub(lambda found: labels.get(found[0], found[0]), text)
