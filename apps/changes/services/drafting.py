"""Opening a change, and what can be said about it besides its operations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.changes.core.lifecycle import capabilities
from apps.changes.errors import OperationsFrozen, ProjectMismatch
from apps.changes.models import Change
from apps.changes.services.guards import lock_change
from apps.changes.services.numbering import next_number
from apps.kernel.commands import Safety, command
from apps.kernel.errors import Conflict
from apps.kernel.scope import Actor, people_behind
from apps.kernel.unit import emit
from apps.tenancy.models import Environment, Module, Project
from apps.tenancy.queries import environment_in_scope, project_named

Title = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", examples=["Add urgency to incident"])]
Description = Annotated[str, Field(max_length=20_000)]
Commit = Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]*$")]
ModulePath = Annotated[str, Field(max_length=400)]
Branch = Annotated[str, Field(max_length=200)]


@command("change.create", safety=Safety.WRITE_INTERNAL, status=201)
def create_change(
    *,
    title: Title,
    description: Description = "",
    project_id: UUID | None = None,
    environment_id: UUID | None = None,
    module_id: UUID | None = None,
    module_path: ModulePath = "",
    base_sha: Commit = "",
    branch_name: Branch = "",
    actor: Actor,
    at: datetime,
) -> Change:
    """Open a change in Draft.

    It belongs to one environment of one project: those named (an environment names its project as well), or the
    request's environment in the default project.
    """
    project, environment = place_of(project_id, environment_id)
    module = _module(project, module_id)
    return open_change(
        project=project,
        environment=environment,
        module=module,
        title=title,
        description=description,
        module_path=module_path,
        base_sha=base_sha,
        branch_name=branch_name,
        actor=actor,
        at=at,
    )


def open_change(
    *,
    project: Project,
    environment: Environment,
    module: Module | None = None,
    title: str,
    description: str = "",
    module_path: str = "",
    base_sha: str = "",
    branch_name: str = "",
    origin: str = Change.Origin.MANUAL,
    cloned_from: Change | None = None,
    reverts: Change | None = None,
    actor: Actor,
    at: datetime,
) -> Change:
    """The row and its event, for every way a change comes into being."""
    if project.status != Project.Status.ACTIVE:
        raise Conflict(_("The project is archived."), project=project.key)
    change: Change = Change.objects.create(
        number=next_number(),
        project=project,
        environment=environment,
        module=module,
        title=title,
        description=description,
        module_path=module_path,
        base_sha=base_sha,
        branch_name=branch_name,
        origin=origin,
        cloned_from=cloned_from,
        reverts=reverts,
        author_id=actor.responsible_id,
        created_by_id=actor.id,
        created_by_kind=actor.kind,
        former_authors=sorted(people_behind(actor) - {actor.id}),
        written_by_kind=actor.kind,
        created_at=at,
        updated_at=at,
    )
    told = {
        "number": change.number,
        "cloned_from": cloned_from.pk if cloned_from else None,
        "reverts": reverts.pk if reverts else None,
    }
    emit("change.created", subject=change, actor=actor, at=at, payload=told)
    return change


@command("change.edit", safety=Safety.WRITE_INTERNAL)
def edit_change(
    change_id: UUID,
    *,
    title: Title | None = None,
    description: Description | None = None,
    branch_name: Branch | None = None,
    actor: Actor,
    at: datetime,
) -> Change:
    """Alter the title, the description or the branch of a change until it is Ready."""
    change = lock_change(change_id)
    if not capabilities(change.status).mutable:
        raise OperationsFrozen(status=change.status)

    for name, value in {"title": title, "description": description, "branch_name": branch_name}.items():
        if value is not None:
            setattr(change, name, value)
    change.updated_at = at
    change.save(update_fields=["title", "description", "branch_name", "updated_at"])
    emit("change.edited", subject=change, actor=actor, at=at)
    return change


@command("change.archive", safety=Safety.WRITE_INTERNAL)
def archive_change(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Put an unmerged change away. It stays readable and can be cloned, and nothing else.

    A change under validation or ready is withdrawn first.
    """
    change = lock_change(change_id)
    if not capabilities(change.status).add_operations:
        raise OperationsFrozen(status=change.status)

    change.archived_at = change.updated_at = at
    change.save(update_fields=["archived_at", "updated_at"])
    emit("change.archived", subject=change, actor=actor, at=at)
    return change


def place_of(project_id: UUID | None, environment_id: UUID | None) -> tuple[Project, Environment]:
    """The project and the environment that are meant. Raises ``NotFound``, or ``ProjectMismatch`` for a wrong pair."""
    if environment_id is None:
        project = project_named(project_id)
        return project, environment_in_scope(project)
    environment: Environment = Environment.objects.one(environment_id)
    if project_id is None:
        return environment.project, environment
    project = project_named(project_id)
    if environment.project_id != project.pk:
        raise ProjectMismatch(environment_id=str(environment_id))
    return project, environment


def _module(project: Project, module_id: UUID | None) -> Module | None:
    if module_id is None:
        return None
    module: Module = Module.objects.one(module_id)
    if module.project_id != project.pk:
        raise ProjectMismatch(module_id=str(module_id))
    return module
