"""Projects and their environments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core.inputs import Description, Key, Name
from apps.tenancy.core.names import ENVIRONMENTS, project_key
from apps.tenancy.errors import DefaultProjectStays, NameTaken, ProjectArchived
from apps.tenancy.models import Environment, Module, Project, Tenant
from apps.tenancy.services.archiving import put_away, take_out

GithubRepo = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", max_length=200, examples=["acme/itsm"])]
Branch = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
WebhookUrl = Annotated[str, Field(pattern=r"^(https?://\S+)?$", max_length=500)]

DEFAULT_MODULE = "main"


@command("project.create", permission="project.create", safety=Safety.WRITE_INTERNAL, status=201)
def create_project(
    *,
    name: Name,
    key: Key | None = None,
    description: Description = "",
    github_repo: GithubRepo | None = None,
    default_branch: Branch = "main",
    actor: Actor,
    at: datetime,
) -> Project:
    """Make a project with the environments dev, test and prod and a default module.

    The first project of a tenant is its default one. Raises ``NameTaken``.
    """
    # Two first projects at once must not both become the default.
    Tenant.objects.select_for_update(no_key=True).get(pk=current_scope().tenant_id)
    key = key or project_key(name)
    _refuse_taken(name=name)
    _refuse_taken(key=key)
    project = Project(
        name=name,
        key=key,
        description=description,
        github_repo=github_repo,
        default_branch=default_branch,
        is_default=not Project.objects.filter(is_default=True).exists(),
        created_at=at,
    )
    project.save(force_insert=True)
    Environment.objects.bulk_create(
        Environment(
            project=project,
            name=plan.name,
            position=plan.position,
            is_default=plan.is_default,
            created_at=at,
        )
        for plan in ENVIRONMENTS
    )
    Module(
        project=project,
        name=DEFAULT_MODULE,
        type=Module.Type.APPLICATION,
        capability_profile=Module.CapabilityProfile.CODE_MODULE_DEFAULT,
        created_at=at,
    ).save(force_insert=True)
    _tell("project.created", project, actor, at)
    return project


@command("project.rename", permission="project.rename", safety=Safety.WRITE_INTERNAL)
def rename_project(
    project_id: UUID,
    *,
    name: Name | None = None,
    description: Description | None = None,
    github_repo: GithubRepo | None = None,
    default_branch: Branch | None = None,
    actor: Actor,
    at: datetime,
) -> Project:
    """Change the name, description, repository or branch of a project; what is not named stays. Its key stays too.

    Raises ``NameTaken``, or ``ProjectArchived``.
    """
    project: Project = Project.objects.lock(project_id)
    if project.status == Project.Status.ARCHIVED:
        raise ProjectArchived
    if name is not None and name != project.name:
        _refuse_taken(name=name)
        project.name = name
    project.description = project.description if description is None else description
    project.github_repo = github_repo or project.github_repo
    project.default_branch = default_branch or project.default_branch
    project.save(update_fields=["name", "description", "github_repo", "default_branch"])
    _tell("project.renamed", project, actor, at)
    return project


@command("project.archive", permission="project.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def archive_project(project_id: UUID, *, actor: Actor, at: datetime) -> Project:
    """Put a project away: nothing new begins in it, nothing is deleted.

    Raises ``DefaultProjectStays``.
    """
    project: Project = Project.objects.lock(project_id)
    if project.is_default:
        raise DefaultProjectStays
    put_away(project, at)
    _tell("project.archived", project, actor, at)
    return project


@command("project.restore", permission="project.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def restore_project(project_id: UUID, *, actor: Actor, at: datetime) -> Project:
    """Take an archived project out again."""
    project: Project = Project.objects.lock(project_id)
    take_out(project)
    _tell("project.restored", project, actor, at)
    return project


@command("project.make_default", permission="project.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def make_project_default(project_id: UUID, *, actor: Actor, at: datetime) -> Project:
    """Make this the project that is meant when none is named."""
    Tenant.objects.select_for_update(no_key=True).get(pk=current_scope().tenant_id)
    project: Project = Project.objects.lock(project_id)
    if project.status == Project.Status.ARCHIVED:
        raise ProjectArchived
    Project.objects.filter(is_default=True).exclude(pk=project.pk).update(is_default=False)
    project.is_default = True
    project.save(update_fields=["is_default"])
    _tell("project.made_default", project, actor, at)
    return project


@command(
    "environment.configure",
    permission="environment.configure",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def configure_environment(
    environment_id: UUID,
    *,
    requires_promotion_approval: bool | None = None,
    promotion_webhook_url: WebhookUrl | None = None,
    make_default: bool = False,
    actor: Actor,
    at: datetime,
) -> Environment:
    """Set the gate and the webhook of an environment, or make it the project's default; what is not named stays.

    An empty webhook address removes it.
    """
    # The project's row stands for its environments: two new defaults at once wait for each other.
    found: Environment = Environment.objects.one(environment_id)
    Project.objects.lock(found.project_id)
    environment: Environment = Environment.objects.lock(environment_id)
    changed = []
    if requires_promotion_approval is not None:
        environment.requires_promotion_approval = requires_promotion_approval
        changed.append("requires_promotion_approval")
    if promotion_webhook_url is not None:
        environment.promotion_webhook_url = promotion_webhook_url or None
        changed.append("promotion_webhook_url")
    if make_default and not environment.is_default:
        Environment.objects.filter(project=environment.project_id, is_default=True).update(is_default=False)
        environment.is_default = True
        changed.append("is_default")
    environment.save(update_fields=["requires_promotion_approval", "promotion_webhook_url", "is_default"])
    payload = {"name": environment.name, "changed": changed}
    emit("environment.configured", subject=environment, actor=actor, at=at, payload=payload)
    return environment


def _refuse_taken(**fields: str) -> None:
    if Project.objects.filter(**fields).exists():
        raise NameTaken(**fields)


def _tell(event: str, project: Project, actor: Actor, at: datetime) -> None:
    emit(event, subject=project, actor=actor, at=at, payload={"key": project.key, "name": project.name})
