"""What readers of tenants, people, tokens and projects see."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.api.representation import Output

Kind = Literal["human", "agent", "service"]


class TenantOut(Output):
    """A tenant, as its members see it."""

    id: UUID
    name: str = Field(examples=["Acme"])
    slug: str = Field(description="What the header `x-tenant-id` carries.", examples=["acme"])


class TenantDetailOut(TenantOut):
    """A tenant, as its administrators see it."""

    plan: str = Field(examples=["free"])
    status: Literal["active", "archived"]
    created_at: datetime
    archived_at: datetime | None


class PrincipalOut(Output):
    """Who acts. Agents and services have an owner, who counts as the author of what they propose."""

    id: UUID
    kind: Kind
    handle: str = Field(examples=["ann"])
    name: str = Field(examples=["Ann Admin"])
    owner_id: UUID | None
    is_active: bool
    created_at: datetime


class MemberOut(Output):
    """A principal in the tenant. A visit of an operator has an end and a reason."""

    id: UUID
    principal: PrincipalOut
    status: Literal["active", "removed"]
    expires_at: datetime | None
    reason: str
    created_at: datetime
    removed_at: datetime | None


class VisitOut(Output):
    """The membership of a visiting operator."""

    id: UUID
    tenant_id: UUID
    principal_id: UUID
    expires_at: datetime
    reason: str


class InvitationOut(Output):
    """An invitation. Its link is shown to who made it, and sent by e-mail."""

    id: UUID
    email: str = Field(examples=["bea@acme.example"])
    name: str
    roles: list[str] = Field(examples=[["Editor"]])
    status: Literal["pending", "accepted", "revoked"]
    invited_by_id: UUID
    created_at: datetime
    expires_at: datetime
    mailed_at: datetime | None
    settled_at: datetime | None


class IssuedInvitationOut(Output):
    """An invitation with its link."""

    invitation: InvitationOut
    link: str = Field(examples=["https://ec3l.example/admin/invitations/acme.0190.../"])


class TokenOut(Output):
    """A token without its secret."""

    id: UUID
    principal_id: UUID
    tenant_id: UUID | None = Field(description="Where it works; null: wherever its principal is a member.")
    name: str = Field(examples=["ci"])
    hint: str = Field(description="How the secret begins.", examples=["ec3ls_4f7K"])
    permissions: list[str] | None = Field(description="What it is narrowed to; null: all its principal may.")
    may_act_for_others: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the hour.")


class IssuedTokenOut(Output):
    """A token with its secret, shown this once."""

    token: TokenOut
    secret: str = Field(examples=["ec3ls_4f7K0000000000000000000000000000000abcdef"])


class TeamOut(Output):
    """Members who answer for something together. An approval may ask for one of them, as `team:<id>`."""

    id: UUID
    name: str = Field(examples=["Platform"])
    key: str = Field(examples=["platform"])
    status: Literal["active", "archived"]
    size: int = Field(description="How many members it has.")
    created_at: datetime
    archived_at: datetime | None


class TeamMemberOut(Output):
    """A member of a team, by the id of the principal."""

    id: UUID = Field(validation_alias="principal_id")
    name: str = Field(validation_alias="principal_name", examples=["Ann Admin"])
    kind: Kind = Field(
        validation_alias="principal_kind", description="Only people count where an approval asks for the team."
    )
    added_by_id: UUID
    added_at: datetime


class ProjectOut(Output):
    """A container of definitions, changes, modules and environments."""

    id: UUID
    name: str = Field(examples=["IT service management"])
    key: str = Field(examples=["itsm"])
    description: str
    github_repo: str | None = Field(examples=["acme/itsm"])
    default_branch: str = Field(examples=["main"])
    is_default: bool
    status: Literal["active", "archived"]
    created_at: datetime
    archived_at: datetime | None


class EnvironmentOut(Output):
    """A stage of a project."""

    id: UUID
    project_id: UUID
    name: Literal["dev", "test", "prod"]
    is_default: bool
    requires_promotion_approval: bool
    promotion_webhook_url: str | None = Field(description="Only its host, unless you may configure environments.")
    created_at: datetime


class ModuleOut(Output):
    """A part of a project."""

    id: UUID
    project_id: UUID
    name: str = Field(examples=["main"])
    type: Literal["code", "schema", "workflow", "ui", "integration", "application"]
    root_path: str = Field(examples=["."])
    version: str = Field(examples=["0.1.0"])
    capability_profile: Literal["CODE_MODULE_DEFAULT", "WORKFLOW_MODULE_DEFAULT", "READ_ONLY"]
    created_at: datetime
