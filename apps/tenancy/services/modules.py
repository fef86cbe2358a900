"""The parts of a project."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.tenancy.core.inputs import RootPath, ShortName
from apps.tenancy.errors import NameTaken, ProjectArchived
from apps.tenancy.models import Module, Project

ModuleType = Literal["code", "schema", "workflow", "ui", "integration", "application"]
Profile = Literal["CODE_MODULE_DEFAULT", "WORKFLOW_MODULE_DEFAULT", "READ_ONLY"]
Version = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$", max_length=40)]


@command("module.create", permission="module.create", safety=Safety.WRITE_INTERNAL, status=201)
def create_module(
    project_id: UUID,
    *,
    name: ShortName,
    type: ModuleType,  # noqa: A002  the word of the wire
    root_path: RootPath = ".",
    version: Version = "0.1.0",
    capability_profile: Profile = "CODE_MODULE_DEFAULT",
    actor: Actor,
    at: datetime,
) -> Module:
    """Make a module in a project. Its root path is relative and never leads upwards.

    Raises ``NameTaken``.
    """
    project: Project = Project.objects.lock(project_id)
    if project.status == Project.Status.ARCHIVED:
        raise ProjectArchived
    if Module.objects.filter(project=project, name=name).exists():
        raise NameTaken(name=name)
    module = Module(
        project=project,
        name=name,
        type=type,
        root_path=root_path,
        version=version,
        capability_profile=capability_profile,
        created_at=at,
    )
    module.save(force_insert=True)
    emit("module.created", subject=module, actor=actor, at=at, payload={"name": name, "type": type})
    return module


@command("module.configure", permission="module.configure", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def configure_module(
    module_id: UUID,
    *,
    root_path: RootPath | None = None,
    version: Version | None = None,
    capability_profile: Profile | None = None,
    actor: Actor,
    at: datetime,
) -> Module:
    """Set the root path, version or capability profile of a module; what is not named stays."""
    module: Module = Module.objects.lock(module_id)
    named = {"root_path": root_path, "version": version, "capability_profile": capability_profile}
    changed = [name for name, value in named.items() if value is not None]
    for name in changed:
        setattr(module, name, named[name])
    module.save(update_fields=list(named))
    payload = {"name": module.name, "changed": changed}
    emit("module.configured", subject=module, actor=actor, at=at, payload=payload)
    return module
