"""The facts about roles."""

from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event


class RoleNamed(EventPayload):
    name: str


class RoleSeeded(EventPayload):
    created: int
    existing: int


class PermissionMoved(EventPayload):
    role: str
    permission: str


class RoleHeld(EventPayload):
    role: str
    role_id: UUID
    principal_id: UUID


def register() -> None:
    """Make the names known. Called once, at start-up."""
    types: dict[str, type[EventPayload]] = {
        "access.defaults_seeded": RoleSeeded,
        "role.created": RoleNamed,
        "role.enabled": RoleNamed,
        "role.disabled": RoleNamed,
        "role.permission_granted": PermissionMoved,
        "role.permission_revoked": PermissionMoved,
        "role.assigned": RoleHeld,
        "role.unassigned": RoleHeld,
    }
    for name, payload in types.items():
        register_event(name, payload)
