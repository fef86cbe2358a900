"""Tenants, principals, memberships and tokens are global; everything else has a tenant."""

from apps.tenancy.models.environment import Environment
from apps.tenancy.models.invitation import Invitation
from apps.tenancy.models.membership import Membership
from apps.tenancy.models.module import Module
from apps.tenancy.models.principal import Principal
from apps.tenancy.models.project import Project
from apps.tenancy.models.team import Team, TeamMember
from apps.tenancy.models.tenant import Tenant
from apps.tenancy.models.token import Token

__all__ = [
    "Environment",
    "Invitation",
    "Membership",
    "Module",
    "Principal",
    "Project",
    "Team",
    "TeamMember",
    "Tenant",
    "Token",
]
