"""Reads. Only these look into the global tables: tenant, principal, membership, token."""

from apps.tenancy.queries.people import (
    administrators_exist,
    members_of_tenant,
    memberships_of,
    open_invitation,
    principals_of_tenant,
    tenant_ids,
    tenants_administered,
    tenants_of,
    tokens_of_tenant_members,
    tokens_visible,
)
from apps.tenancy.queries.projects import (
    default_environment,
    default_project,
    environment_in_scope,
    environment_named,
    environments_of,
    modules_of,
    project_named,
    projects_visible,
    shown_environments,
)
from apps.tenancy.queries.scopes import scope_for_principal, session_scope, standing_memberships, tenant_scope
from apps.tenancy.queries.teams import (
    members_of_team,
    memberships_in_teams,
    teams_of_members,
    teams_of_principal,
    teams_of_tenant,
)

__all__ = [
    "administrators_exist",
    "default_environment",
    "default_project",
    "environment_in_scope",
    "environment_named",
    "environments_of",
    "members_of_team",
    "members_of_tenant",
    "memberships_in_teams",
    "memberships_of",
    "modules_of",
    "open_invitation",
    "principals_of_tenant",
    "project_named",
    "projects_visible",
    "scope_for_principal",
    "session_scope",
    "shown_environments",
    "standing_memberships",
    "teams_of_members",
    "teams_of_principal",
    "teams_of_tenant",
    "tenant_ids",
    "tenant_scope",
    "tenants_administered",
    "tenants_of",
    "tokens_of_tenant_members",
    "tokens_visible",
]
