"""Policies in the admin: what they say, their versions, what was decided, and trying a decision."""

from apps.policies.admin import decision, environment, picks, policy, version

__all__ = ["decision", "environment", "picks", "policy", "version"]
