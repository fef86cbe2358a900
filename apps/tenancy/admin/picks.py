"""What command forms offer for ids of people and projects, the names of actors, and answers to searches."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.choices import Option, choices_for, initial_for
from apps.kernel.admin.linking import knows_names, labels_for, page_of, targets
from apps.kernel.admin.parts import Link, Who
from apps.kernel.admin.searching import finder
from apps.kernel.admin.shell import shell_of
from apps.kernel.scope import current_scope
from apps.tenancy import queries
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.models import Environment, Membership, Module, Principal, Project, Team, Tenant

OFFERED = 200
FOUND = 6


def person(principal: Principal) -> Who:
    return Who(principal.name, principal.kind)


@knows_names
def names(ids: Iterable[UUID]) -> dict[UUID, Who]:
    """Members of the tenant by name; the one query behind every list of actors."""
    rows = queries.principals_of_tenant().filter(pk__in=list(ids)).select_related(None).order_by()
    return {row.pk: person(row) for row in rows}


@targets("tenancy.project", "project", "module.create")
@labels_for("tenancy.project")
def project_names(ids: set[str]) -> dict[Any, str]:
    return dict(Project.objects.filter(pk__in=ids).values_list("pk", "name"))


@targets("tenancy.principal", "principal", "membership", "role.assign", "role.unassign")
@labels_for("tenancy.principal")
def principal_names(ids: set[str]) -> dict[Any, str]:
    return dict(queries.principals_of_tenant().filter(pk__in=ids).order_by().values_list("pk", "name"))


@targets("tenancy.team", "team")
@labels_for("tenancy.team")
def team_names(ids: set[str]) -> dict[Any, str]:
    return dict(Team.objects.filter(pk__in=ids).values_list("pk", "name"))


@targets("tenancy.environment", "environment")
@labels_for("tenancy.environment")
def environment_names(ids: set[str]) -> dict[Any, str]:
    rows = Environment.objects.filter(pk__in=ids).select_related("project")
    return {row.pk: f"{row.project.name} · {row.name}" for row in rows}


@targets("tenancy.module", "module.configure")
@labels_for("tenancy.module")
def module_names(ids: set[str]) -> dict[Any, str]:
    return dict(Module.objects.filter(pk__in=ids).values_list("pk", "name"))


@targets("tenancy.token", "token")
@labels_for("tenancy.token")
def token_names(ids: set[str]) -> dict[Any, str]:
    rows = queries.tokens_of_tenant_members().filter(pk__in=ids)
    return {row.pk: f"{row.name} · {row.principal.name}" for row in rows}


@targets("tenancy.tenant", "tenant")
@labels_for("tenancy.tenant")
def tenant_names(ids: set[str]) -> dict[Any, str]:
    return dict(queries.tenants_administered().filter(pk__in=ids).order_by().values_list("pk", "name"))


@choices_for("project_id")
def projects(request: HttpRequest) -> list[Option]:
    return [(str(row.pk), row.name) for row in queries.projects_visible()[:OFFERED]]


@choices_for("environment_id")
def environments(request: HttpRequest) -> list[Option]:
    rows = Environment.objects.select_related("project").filter(project__status=Project.Status.ACTIVE)
    rows = rows.order_by("project__name", "project_id", "position", "pk")[:OFFERED]
    return [(str(row.pk), f"{row.project.name} · {row.name}") for row in rows]


@choices_for("module_id")
def modules(request: HttpRequest) -> list[Option]:
    rows = Module.objects.select_related("project").filter(project__status=Project.Status.ACTIVE)
    rows = rows.order_by("project__name", "project_id", "name", "pk")[:OFFERED]
    return [(str(row.pk), f"{row.project.name} · {row.name}") for row in rows]


def _people(kinds: Iterable[str], **narrowed: Any) -> list[Option]:
    """Whoever can be given something: not the system, which no form may touch."""
    rows = queries.members_of_tenant().filter(status=Membership.Status.ACTIVE, principal__kind__in=kinds)
    rows = rows.filter(**narrowed).exclude(principal=SYSTEM_ID)
    return [
        (str(row.principal_id), f"{row.principal.name} ({row.principal.get_kind_display()})") for row in rows[:OFFERED]
    ]


@choices_for("principal_id")
def members(request: HttpRequest) -> list[Option]:
    return _people(["human", "agent", "service"])


@choices_for("token.create:principal_id")
def machines_of_mine(request: HttpRequest) -> list[Option]:
    """The agents and services for which the actor may make tokens."""
    return _people(["agent", "service"], principal__is_active=True, principal__owner=current_scope().actor.id)


@choices_for("token.create_gateway:principal_id")
def services_of_mine(request: HttpRequest) -> list[Option]:
    """Only a service acts for others."""
    return _people(["service"], principal__is_active=True, principal__owner=current_scope().actor.id)


@choices_for("owner_id")
def humans(request: HttpRequest) -> list[Option]:
    return _people(["human"])


@initial_for("project.rename")
def present_project(request: HttpRequest, target: str) -> dict[str, Any]:
    row = Project.objects.one(target)
    return {
        "name": row.name,
        "description": row.description,
        "github_repo": row.github_repo,
        "default_branch": row.default_branch,
    }


@initial_for("team.rename")
def present_team(request: HttpRequest, target: str) -> dict[str, Any]:
    return {"name": Team.objects.one(target).name}


@initial_for("environment.configure")
def present_environment(request: HttpRequest, target: str) -> dict[str, Any]:
    row = Environment.objects.one(target)
    return {
        "requires_promotion_approval": str(row.requires_promotion_approval).lower(),
        "promotion_webhook_url": row.promotion_webhook_url,
    }


@initial_for("module.configure")
def present_module(request: HttpRequest, target: str) -> dict[str, Any]:
    row = Module.objects.one(target)
    return {"root_path": row.root_path, "version": row.version, "capability_profile": row.capability_profile}


@initial_for("change.create")
def chosen_environment(request: HttpRequest, target: str) -> dict[str, Any]:
    """The environment names its project as well."""
    return {"environment_id": str(shell_of(request).environment_id or "")}


@finder
def find_people_and_projects(request: HttpRequest, term: str) -> list[Link]:
    """Members by name, address or handle; projects and teams by name or key; tenants by name or slug."""
    people = queries.members_of_tenant().filter(
        Q(principal__name__icontains=term) | Q(principal__email__icontains=term) | Q(principal__handle__icontains=term)
    )[:FOUND]
    projects_found = Project.objects.filter(Q(name__icontains=term) | Q(key__icontains=term)).order_by("name", "pk")
    teams_found = Team.objects.filter(Q(name__icontains=term) | Q(key__icontains=term)).order_by("name", "pk")
    tenants: Any = queries.tenants_administered().filter(Q(name__icontains=term) | Q(slug__icontains=term))
    return [
        *(Link(row.name, page_of(row), _("Project")) for row in projects_found[:FOUND]),
        *(Link(row.principal.name, page_of(row), _("Member")) for row in people),
        *(Link(row.name, page_of(row), _("Team")) for row in teams_found[:FOUND]),
        *(Link(row.name, page_of(row), _("Tenant")) for row in tenants[:FOUND] if isinstance(row, Tenant)),
    ]
