"""The pages of an organisation: tenants, members, invitations, tokens, projects, environments."""

from apps.tenancy.admin import environment, invitation, membership, module, picks, project, team, tenant, token, wording

__all__ = [
    "environment",
    "invitation",
    "membership",
    "module",
    "picks",
    "project",
    "team",
    "tenant",
    "token",
    "wording",
]
