"""Roles, what they permit, and who holds them."""

from apps.access.models.role import Role, RoleAssignment, RolePermission

__all__ = ["Role", "RoleAssignment", "RolePermission"]
