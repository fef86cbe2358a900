"""The tenant the product's side works in, made by the product's own commands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.core.management import call_command
from pydantic import SecretStr

from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scope_transaction, scoped
from apps.tenancy.core.built_in import PLATFORM_ID, PLATFORM_SLUG
from apps.tenancy.models import Environment
from apps.tenancy.queries import scope_for_principal, tenant_scope
from apps.tenancy.queries.scopes import system_scope

SLUG = "bench"


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and the environment in which its definitions live."""

    project_id: UUID
    environment_id: UUID


@dataclass(frozen=True, slots=True)
class Prepared:
    """Who acts, with which token."""

    scope: Scope
    token: str


@cache
def prepared() -> Prepared:
    """Migrate; make an administrator, a tenant and a token."""
    call_command("migrate", verbosity=0, interactive=False)
    with scoped(tenant_scope(PLATFORM_SLUG)):
        person = dispatch(
            "principal.create_administrator",
            email="bench@example.org",
            name="Bench",
            password=SecretStr("correct-horse-battery-staple"),
        )
    with scoped(scope_for_principal(person.pk, PLATFORM_ID, correlation_id="bench-prepares")):
        tenant = dispatch("tenant.create", slug=SLUG, name="Bench")
    scope = scope_for_principal(person.pk, tenant.pk, correlation_id="bench-works")
    with scoped(scope):
        issued = dispatch("token.create", name="bench")
    return Prepared(scope, issued.secret)


def another_person(name: str, roles: list[str]) -> Prepared:
    """Somebody else of the tenant, with a token."""
    with scoped(tenant_scope(SLUG)) as system:
        person = dispatch(
            "principal.create_human",
            email=f"{name}@example.org",
            name=name.title(),
            password=SecretStr("correct-horse-battery-staple"),
            roles=roles,
        )
    scope = scope_for_principal(person.pk, system.tenant_id, correlation_id="bench-works")
    with scoped(scope):
        issued = dispatch("token.create", name="bench")
    return Prepared(scope, issued.secret)


def stage_of(scope: Scope, place: Place, name: str) -> Place:
    """The environment of that name beside the place's own."""
    with scoped(scope), scope_transaction():
        return Place(place.project_id, Environment.objects.get(project=place.project_id, name=name).pk)


def work_in(scope: Scope, command: str, environment_id: UUID, **inputs: Any) -> None:
    """Have the system fill or move an environment."""
    with scoped(system_scope(scope.tenant_id, correlation_id="bench-fills", causation=None)):
        dispatch(command, environment_id, **inputs)


def make_place(scope: Scope, name: str, definitions: int, fields: int) -> Place:
    """A project whose environment ``dev`` runs that many definitions of so many fields each."""
    with scoped(scope):
        project = dispatch("project.create", name=name)
        with scope_transaction():
            environment_id = Environment.objects.get(project=project, is_default=True).pk
    if definitions:
        work_in(scope, "note.fill_environment", environment_id, definitions=definitions, fields=fields)
    return Place(project.pk, environment_id)
