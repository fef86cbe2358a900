"""Projects, environments and modules over REST."""

from collections.abc import Sequence
from typing import Any

from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor
from apps.tenancy import queries
from apps.tenancy.api.filters import ProjectFilters
from apps.tenancy.api.representations import EnvironmentOut, ModuleOut, ProjectOut
from apps.tenancy.models import Environment, Module, Project


def projects(_actor: Actor) -> Any:
    return Project.objects.all()


def environments(_actor: Actor) -> Any:
    return Environment.objects.all()


def modules(_actor: Actor) -> Any:
    return Module.objects.all()


class ProjectViewSet(ScopedViewSet):
    """Projects of the tenant. Making one makes its environments dev, test and prod and a default module."""

    queryset_from = projects
    serializer_class = ProjectOut
    ordering = ("name", "id")
    filterset_class = ProjectFilters
    create_command = "project.create"
    update_command = "project.rename"
    commands = {
        "archive": "project.archive",
        "restore": "project.restore",
        "make-default": "project.make_default",
        "modules": Write("module.create", shows=ModuleOut),
    }

    @reads("modules", ModuleOut, many=True, ordering=("name", "id"))
    def modules(self, project: Project) -> Any:
        """List the modules of a project."""
        return queries.modules_of(project)

    @reads("environments", EnvironmentOut, many=True, ordering=("position", "id"))
    def environments(self, project: Project) -> Any:
        """List the environments of a project: dev, test, prod."""
        return queries.environments_of(project)

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return queries.shown_environments(rows) if read.shows is EnvironmentOut else rows


class EnvironmentViewSet(ScopedViewSet):
    """One stage of a project, with its gates."""

    queryset_from = environments
    serializer_class = EnvironmentOut
    standard_reads = ("retrieve",)
    update_command = "environment.configure"

    def retrieve(self, found: Environment) -> Any:
        return queries.shown_environments([found])[0]

    def present(self, write: Write, result: Environment) -> Any:
        return queries.shown_environments([result])[0]


class ModuleViewSet(ScopedViewSet):
    """One part of a project."""

    queryset_from = modules
    serializer_class = ModuleOut
    standard_reads = ("retrieve",)
    update_command = "module.configure"
