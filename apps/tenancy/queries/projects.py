"""Projects, their environments and modules. Inside a scope transaction."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import current_scope
from apps.tenancy.core.names import environment_name
from apps.tenancy.errors import NoDefaultProject
from apps.tenancy.models import Environment, Module, Project
from apps.tenancy.queries.rights import may


def projects_visible() -> TenantQuerySet[Any]:
    """The projects of the tenant that are not archived."""
    return Project.objects.filter(status=Project.Status.ACTIVE).order_by("name", "id")


def project_named(reference: UUID | str | None) -> Project:
    """The project with this id, key or name, archived ones too; the default, or the only one, when none is named."""
    if reference is None:
        return default_project()
    if isinstance(reference, UUID):
        found = Project.objects.filter(pk=reference).first()
    else:
        found = Project.objects.filter(key=reference).first() or Project.objects.filter(name=reference).first()
    if found is None:
        raise NotFound(id=str(reference))
    return found


def default_project() -> Project:
    """The default project, or the only one. :class:`NoDefaultProject` otherwise."""
    found = list(projects_visible().order_by("-is_default", "created_at", "id")[:2])
    if found and (found[0].is_default or len(found) == 1):
        return found[0]
    raise NoDefaultProject


def environments_of(project: Project | UUID) -> TenantQuerySet[Any]:
    """dev, test, prod: in that order."""
    return Environment.objects.filter(project=_pk(project)).order_by("position", "id")


def modules_of(project: Project | UUID) -> TenantQuerySet[Any]:
    return Module.objects.filter(project=_pk(project)).order_by("name", "id")


def shown_environments(environments: Iterable[Environment]) -> list[dict[str, Any]]:
    """Environments as values. Who may not configure them sees only the host of a webhook: its path may be a secret."""
    masked = not may("environment.configure")
    fields = [field.attname for field in Environment._meta.concrete_fields]
    rows = [{name: getattr(environment, name) for name in fields} for environment in environments]
    for row in rows:
        if masked and row["promotion_webhook_url"]:
            parts = urlsplit(row["promotion_webhook_url"])
            row["promotion_webhook_url"] = f"{parts.scheme}://{parts.hostname}/***"
    return rows


def default_environment(project: Project | UUID) -> Environment:
    """The project's default environment, ``dev`` unless it was changed."""
    found: Environment = Environment.objects.get(project=_pk(project), is_default=True)
    return found


def environment_named(project: Project | UUID, name: str | UUID) -> Environment:
    """The environment of the project with this name, alias or id; :class:`NotFound` when it has none."""
    wanted = {"pk": name} if isinstance(name, UUID) else {"name": environment_name(name)}
    found: Environment | None = Environment.objects.filter(project=_pk(project), **wanted).first()
    if found is None:
        raise NotFound(environment=str(name))
    return found


def environment_in_scope(project: Project | UUID) -> Environment:
    """The environment the request names in ``x-environment``, or the project's default."""
    name = current_scope().environment
    return environment_named(project, name) if name else default_environment(project)


def _pk(project: Project | UUID) -> UUID:
    return project if isinstance(project, UUID) else project.pk
