"""The facts about tenants, principals, tokens and projects."""

from datetime import datetime
from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event


class TenantNamed(EventPayload):
    slug: str
    name: str


class TenantEntered(EventPayload):
    slug: str
    reason: str
    expires_at: datetime


class PrincipalMade(EventPayload):
    kind: str
    handle: str
    owner_id: UUID | None = None


class OwnerAssigned(EventPayload):
    owner_id: UUID
    former_owner_id: UUID | None


class Invited(EventPayload):
    email: str
    roles: list[str]


class InvitationSettled(EventPayload):
    email: str


class MembershipChanged(EventPayload):
    principal_id: UUID
    reason: str = ""


class TokenMade(EventPayload):
    principal_id: UUID
    name: str
    hint: str
    permissions: list[str] | None
    expires_at: datetime | None
    may_act_for_others: bool = False
    rotated_from: UUID | None = None


class TokenRevoked(EventPayload):
    principal_id: UUID
    name: str


class ProjectNamed(EventPayload):
    key: str
    name: str


class TeamNamed(EventPayload):
    key: str
    name: str


class TeamMemberMoved(EventPayload):
    key: str
    name: str
    principal_id: UUID


class EnvironmentConfigured(EventPayload):
    """Names of what was set; a webhook's address may hold a secret and is not repeated."""

    name: str
    changed: list[str]


class ModuleNamed(EventPayload):
    name: str
    type: str


class ModuleConfigured(EventPayload):
    name: str
    changed: list[str]


def register() -> None:
    """Make the names known. Called once, at start-up."""
    types: dict[str, type[EventPayload]] = {
        "tenant.created": TenantNamed,
        "tenant.renamed": TenantNamed,
        "tenant.archived": TenantNamed,
        "tenant.restored": TenantNamed,
        "tenant.entered": TenantEntered,
        "tenant.left": TenantNamed,
        "principal.created": PrincipalMade,
        "principal.deactivated": PrincipalMade,
        "principal.activated": PrincipalMade,
        "principal.owner_assigned": OwnerAssigned,
        "principal.invited": Invited,
        "principal.accepted_invitation": MembershipChanged,
        "invitation.revoked": InvitationSettled,
        "invitation.delivered": InvitationSettled,
        "membership.added": MembershipChanged,
        "membership.removed": MembershipChanged,
        "token.created": TokenMade,
        "token.rotated": TokenMade,
        "token.revoked": TokenRevoked,
        "project.created": ProjectNamed,
        "project.renamed": ProjectNamed,
        "project.archived": ProjectNamed,
        "project.restored": ProjectNamed,
        "project.made_default": ProjectNamed,
        "team.created": TeamNamed,
        "team.renamed": TeamNamed,
        "team.archived": TeamNamed,
        "team.restored": TeamNamed,
        "team.member_added": TeamMemberMoved,
        "team.member_removed": TeamMemberMoved,
        "environment.configured": EnvironmentConfigured,
        "module.created": ModuleNamed,
        "module.configured": ModuleConfigured,
    }
    for name, payload in types.items():
        register_event(name, payload)
