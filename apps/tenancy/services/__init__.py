"""Writes: one function a command. Importing this package registers them."""

from apps.tenancy.services.founding import create_administrator, create_human, found_platform, keep_event_order
from apps.tenancy.services.invitations import (
    accept_invitation,
    confirm_delivery,
    deliver_invitation,
    invite_principal,
    resend_invitation,
    revoke_invitation,
)
from apps.tenancy.services.joining import accept_invitation_by_link
from apps.tenancy.services.memberships import add_membership, remove_membership
from apps.tenancy.services.modules import configure_module, create_module
from apps.tenancy.services.principals import (
    activate_principal,
    assign_owner,
    create_agent,
    create_service,
    deactivate_principal,
)
from apps.tenancy.services.projects import (
    archive_project,
    configure_environment,
    create_project,
    make_project_default,
    rename_project,
    restore_project,
)
from apps.tenancy.services.teams import add_member, archive_team, create_team, remove_member, rename_team, restore_team
from apps.tenancy.services.tenants import (
    archive_tenant,
    create_tenant,
    enter_tenant,
    leave_tenant,
    rename_tenant,
    restore_tenant,
)
from apps.tenancy.services.tokens import create_gateway_token, create_token, end_tokens_of, revoke_token, rotate_token

__all__ = [
    "accept_invitation",
    "accept_invitation_by_link",
    "activate_principal",
    "add_member",
    "add_membership",
    "archive_project",
    "archive_team",
    "archive_tenant",
    "assign_owner",
    "configure_environment",
    "configure_module",
    "confirm_delivery",
    "create_administrator",
    "create_agent",
    "create_gateway_token",
    "create_human",
    "create_module",
    "create_project",
    "create_service",
    "create_team",
    "create_tenant",
    "create_token",
    "deactivate_principal",
    "deliver_invitation",
    "end_tokens_of",
    "enter_tenant",
    "found_platform",
    "invite_principal",
    "keep_event_order",
    "leave_tenant",
    "make_project_default",
    "remove_member",
    "remove_membership",
    "rename_project",
    "rename_team",
    "rename_tenant",
    "resend_invitation",
    "restore_project",
    "restore_team",
    "restore_tenant",
    "revoke_invitation",
    "revoke_token",
    "rotate_token",
]
