"""The pickers of the shell: chosen by POST, kept in the session."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.console import hand, shell
from apps.kernel.admin.pages import after
from apps.kernel.scope import scope_transaction
from apps.tenancy import queries as tenancy
from apps.tenancy.models import Environment


def pickers(request: HttpRequest) -> dict[str, Any]:
    """What the bar offers: tenants, the environments of every project, and changes that still take operations."""
    return {
        "tenants": request.seats,  # type: ignore[attr-defined]
        "environments": [shell.as_chosen(environment) for environment in shell.environments()],
        "changes": hand.open_changes_of(shell.person_of(request))[: shell.RECENT],
        "here": request.get_full_path(),
    }


def choose_tenant_page(request: HttpRequest) -> HttpResponse:
    """Where a person with several tenants, or none, begins."""
    seats = tenancy.memberships_of(shell.person_of(request))
    if request.method == "POST":
        return _enter(request, seats)
    context = {**admin.site.each_context(request), "title": _("Choose a tenant"), "seats": seats}
    return TemplateResponse(request, "console/choose.html", context)


def pick_tenant(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return _enter(request, request.seats)  # type: ignore[attr-defined]


def _enter(request: HttpRequest, seats: Any) -> HttpResponse:
    wanted = _uuid(request.POST.get("value"))
    if not any(seat.tenant_id == wanted for seat in seats):
        raise Http404
    shell.choose_tenant(request, wanted)
    return HttpResponseRedirect(reverse("admin:index"))


def pick_environment(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    with scope_transaction():
        environment = Environment.objects.one(_uuid(request.POST.get("value")))
        shell.choose_environment(request, environment)
    return _back(request)


def pick_change(request: HttpRequest) -> HttpResponse:
    """Take a change in hand, or put it down with an empty value."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    value = request.POST.get("value")
    with scope_transaction():
        change = hand.change_in_hand(_uuid(value)) if value else None
        if value and change is None:
            raise Http404(value)
        shell.choose_change(request, change)
    return _back(request)


@after("change.create", "change.clone", "change.revert", "change.adopt")
def take_in_hand(request: HttpRequest, change: Any) -> None:
    """A change that was just made is the one to work in."""
    shell.choose_change(request, change)


def _back(request: HttpRequest) -> HttpResponse:
    path = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure()):
        path = reverse("admin:index")
    return HttpResponseRedirect(path)


def _uuid(value: str | None) -> UUID:
    try:
        return UUID(value or "")
    except ValueError:
        raise Http404(value) from None
