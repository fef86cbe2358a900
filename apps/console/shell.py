"""The shell: which tenant, environment and change the session works in, checked anew on every request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from apps.console import hand
from apps.kernel.admin.shell import ChosenChange, ChosenEnvironment, Shell
from apps.kernel.errors import NotFound
from apps.kernel.scope import Causation, Scope, scope_transaction, scoped
from apps.tenancy import queries as tenancy
from apps.tenancy.models import Environment

TENANT, ENVIRONMENT, CHANGE = "shell.tenant", "shell.environment", "shell.change"
RECENT = 12


class NoTenantChosen(Exception):
    """The session names no tenant, or one the person is no member of any more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a request works in. ``seats`` are all the tenants the person may enter."""

    scope: Scope
    shell: Shell
    seats: Sequence[Any]


def open_shell(request: HttpRequest) -> Opened:
    """The scope and the shell of a request; choices that no longer hold are forgotten. Raises ``NoTenantChosen``."""
    seats = tenancy.memberships_of(person_of(request))
    chosen = _uuid(request.session.get(TENANT))
    seat = next((seat for seat in seats if seat.tenant_id == chosen), None)
    if seat is None and chosen is None and len(seats) == 1:
        seat = seats[0]
    if seat is None:
        forget(request)
        raise NoTenantChosen
    if chosen is None:
        request.session[TENANT] = str(seat.tenant_id)
    scope = scope_of(request, seat.tenant_id)
    with scoped(scope), scope_transaction():
        shell = Shell(seat.tenant_id, seat.tenant_slug, seat.tenant_name, _environment(request), _change(request))
    if shell.environment is not None:
        # What a command does not name is the shell's, as x-environment is for the API.
        scope = replace(scope, environment=shell.environment.name)
    return Opened(scope, shell, seats)


def person_of(request: HttpRequest) -> UUID:
    """Whose session it is. Pages are only reached signed in."""
    identity: UUID = request.user.pk  # type: ignore[assignment]
    return identity


def scope_of(request: HttpRequest, tenant_id: UUID) -> Scope:
    """The scope of a person's click, which is the cause of all it leads to (AT-010)."""
    try:
        return tenancy.scope_for_principal(
            person_of(request),
            tenant_id,
            correlation_id=str(uuid4()),
            causation=Causation("user_action_id", str(uuid4())),
        )
    except NotFound:
        forget(request)
        raise NoTenantChosen from None


def _environment(request: HttpRequest) -> ChosenEnvironment | None:
    wanted = _uuid(request.session.get(ENVIRONMENT))
    rows = environments()
    found = rows.filter(pk=wanted).first() if wanted else None
    if found is None:
        found = rows.order_by("-project__is_default", "-is_default", "project_id", "position", "id").first()
    return as_chosen(found) if found else None


def environments() -> Any:
    """Every environment one may work in, project by project."""
    rows = Environment.objects.select_related("project").filter(project__status="active")
    return rows.order_by("project__name", "project_id", "position", "id")


def as_chosen(environment: Environment) -> ChosenEnvironment:
    return ChosenEnvironment(
        id=environment.pk,
        name=environment.name,
        project_id=environment.project_id,
        project_name=environment.project.name,
        guarded=environment.name == Environment.Name.PROD,
    )


def _change(request: HttpRequest) -> ChosenChange | None:
    wanted = _uuid(request.session.get(CHANGE))
    if wanted is None:
        return None
    found = hand.change_in_hand(wanted)
    if found is None:
        del request.session[CHANGE]
        return None
    return ChosenChange(found.pk, found.number, found.title, found.status, hand.takes_operations(found))


def choose_tenant(request: HttpRequest, tenant_id: UUID) -> None:
    """Enter another tenant: what was chosen in the last one is forgotten."""
    forget(request)
    request.session[TENANT] = str(tenant_id)


def choose_environment(request: HttpRequest, environment: Environment) -> None:
    """Work in another environment. A change of another environment is put down."""
    request.session[ENVIRONMENT] = str(environment.pk)
    in_hand = _uuid(request.session.get(CHANGE))
    change = hand.change_in_hand(in_hand) if in_hand else None
    if change is not None and change.environment_id != environment.pk:
        del request.session[CHANGE]


def choose_change(request: HttpRequest, change: Any) -> None:
    """Take a change in hand: edits of metadata are staged into it, in its own environment."""
    if change is None:
        request.session.pop(CHANGE, None)
        return
    request.session[CHANGE] = str(change.pk)
    request.session[ENVIRONMENT] = str(change.environment_id)


def forget(request: HttpRequest) -> None:
    for key in (TENANT, ENVIRONMENT, CHANGE):
        request.session.pop(key, None)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
