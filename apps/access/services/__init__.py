"""Writes: one function a command. Importing this package registers them."""

from apps.access.services.assignments import assign_role, unassign_role
from apps.access.services.roles import (
    create_role,
    disable_role,
    enable_role,
    grant_permission,
    revoke_permission,
)
from apps.access.services.seeding import seed_defaults

__all__ = [
    "assign_role",
    "create_role",
    "disable_role",
    "enable_role",
    "grant_permission",
    "revoke_permission",
    "seed_defaults",
    "unassign_role",
]
