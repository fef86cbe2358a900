"""Permissions, roles, who holds them, and what the guard decided."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apps.access import queries
from apps.access.api.filters import DecisionFilters, RoleFilters
from apps.access.api.representations import AccessOut, DecisionOut, PermissionOut, RoleOut, SeededOut
from apps.access.core.catalogue import BY_NAME, Permission
from apps.access.models import Role
from apps.access.services.assignments import Assigned
from apps.access.services.roles import Grant
from apps.kernel import commands as registry
from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor


def roles(_actor: Actor) -> Any:
    return queries.roles_of_tenant()


def shown_permission(permission: Permission) -> dict[str, str]:
    return {"id": permission.name, "name": permission.name, "description": permission.description}


class _Answers(ScopedViewSet):
    """How grants and assignments are answered: 201 when made, 200 when they were there."""

    def present(self, write: Write, result: Any) -> Any:
        if isinstance(result, Assigned):
            return result.role
        return shown_permission(BY_NAME[result.permission]) if isinstance(result, Grant) else result

    def status_of(self, write: Write, result: Any) -> int:
        there = isinstance(result, Assigned | Grant) and not result.created
        return 200 if there else registry.get(write.command).status


class RoleViewSet(_Answers):
    """The roles of the tenant and what they permit."""

    queryset_from = roles
    serializer_class = RoleOut
    ordering = ("name", "id")
    filterset_class = RoleFilters
    create_command = "role.create"
    commands = {
        "enable": "role.enable",
        "disable": "role.disable",
        "permissions": Write("role.grant_permission", shows=PermissionOut, also=(200,)),
        "DELETE permissions/<str:permission>": Write("role.revoke_permission", renames={"permission": "permission_id"}),
    }

    @reads("permissions", PermissionOut, many=True, ordering=("name",), permission="admin.view")
    def permissions(self, role: Role) -> Any:
        """List the permissions of a role."""
        return [shown_permission(BY_NAME[name]) for name in queries.permissions_of_role(role.pk) if name in BY_NAME]


class AccessViewSet(_Answers):
    """The catalogue of permissions, who holds which role, and the decisions of the guard."""

    serializer_class = RoleOut
    collection_commands = {
        "seed-defaults": Write("access.seed_defaults", shows=SeededOut),
        "users/<str:user_id>/roles": Write("role.assign", target="user_id", also=(200,)),
        "DELETE users/<str:user_id>/roles/<str:role_id>": Write("role.unassign", target="user_id"),
    }

    @reads("permissions", PermissionOut, many=True, detail=False, ordering=("name",))
    def permissions(self) -> Any:
        """List the permissions that exist here."""
        return [shown_permission(permission) for permission in queries.catalogue_here()]

    @reads(
        "users/<str:user_id>/roles", RoleOut, many=True, detail=False, ordering=("name", "id"), permission="admin.view"
    )
    def roles_of_user(self, user_id: UUID) -> Any:
        """List the roles a principal holds in this tenant."""
        return queries.roles_of_principal(user_id)

    @reads(
        "audit-logs",
        DecisionOut,
        many=True,
        detail=False,
        ordering=("-occurred_at", "-id"),
        filters=DecisionFilters,
        permission="admin.view",
    )
    def decisions(self) -> Any:
        """List what the guard decided, newest first."""
        return queries.decisions_of_tenant()

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return [queries.shown_decision(row) for row in rows] if read.shows is DecisionOut else rows


class ConsoleViewSet(ScopedViewSet):
    """Whether the console is open to the caller."""

    @reads("check-access", AccessOut, detail=False, permission="admin.view")
    def check_access(self) -> Any:
        """Tell whether the console is open to you; 403 names the permission that is missing."""
        return {"allowed": True}
