"""The roles every tenant starts with, and the names other systems know them by."""

from dataclasses import dataclass
from typing import Final

ADMIN: Final = "Admin"
OWNER: Final = "Owner"
EDITOR: Final = "Editor"
VIEWER: Final = "Viewer"
SYSTEM: Final = "System"
OPERATOR: Final = "Operator"


@dataclass(frozen=True, slots=True)
class SeededRole:
    """A role made with the tenant. ``platform`` roles exist in the platform tenant only."""

    name: str
    description: str
    platform: bool = False


SEEDED: Final = (
    SeededRole(ADMIN, "Everything in this tenant: people, roles, projects, approvals."),
    SeededRole(OWNER, "All that an Admin may do, and answers for production: its changes need an Owner's approval."),
    SeededRole(EDITOR, "Edits forms, runs workflows, makes projects; approves nothing."),
    SeededRole(VIEWER, "Reads forms."),
    SeededRole(SYSTEM, "What background work may do. Held by the system principal; it has no other rights."),
    SeededRole(OPERATOR, "Makes and archives tenants, and enters them for support.", platform=True),
)

#: Names of other vocabularies, in lower case.
ALIASES: Final = {
    "admin": ADMIN,
    "administrator": ADMIN,
    "owner": OWNER,
    "contributor": EDITOR,
    "editor": EDITOR,
    "service": EDITOR,
    "viewer": VIEWER,
    "guest": VIEWER,
    "system": SYSTEM,
    "operator": OPERATOR,
}


def canonical_role(name: str) -> str:
    """The role's own name behind an alias; any other name as it is, without outer blanks."""
    return ALIASES.get(name.strip().lower(), name.strip())


def seeded_roles(*, platform: bool) -> tuple[SeededRole, ...]:
    """The roles a tenant is seeded with."""
    return tuple(role for role in SEEDED if platform or not role.platform)
