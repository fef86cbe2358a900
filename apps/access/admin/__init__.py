"""The pages of access: roles, what they permit, who holds them."""

from apps.access.admin import assignment, picks, role

__all__ = ["assignment", "picks", "role"]
