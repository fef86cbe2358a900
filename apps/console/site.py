"""The admin site: every page of it runs inside the shell's scope, and reads inside one transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.core.exceptions import PermissionDenied as Forbidden
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.console import home, picking, shell
from apps.console.forms import SignInForm
from apps.console.people import people_urls
from apps.kernel.admin.pages import command_page
from apps.kernel.admin.searching import find
from apps.kernel.errors import NotFound, PermissionDenied
from apps.kernel.scope import scope_transaction, scoped

View = Callable[..., HttpResponse]

#: Pages about the login itself: they need no tenant.
OUTSIDE = frozenset({"i18n_javascript", "logout", "password_change", "password_change_done", "choose_tenant_page"})
SAFE = ("GET", "HEAD", "OPTIONS")
FOUND = 20


class ConsoleSite(UnfoldAdminSite):
    """One site for people. The name stays ``admin``, which the templates of others expect."""

    site_title = "EC3L"
    index_title = _("Home")
    enable_nav_sidebar = True
    login_form = SignInForm

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002  Django's signature
        name = getattr(view, "__name__", "")
        outside = name in OUTSIDE
        wrapped: View = super().admin_view(view if outside else within_shell(view), cacheable)
        return wrapped

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def get_urls(self) -> list[URLPattern]:
        return [*people_urls(), *super().get_urls()]

    def extra_urls(self) -> list[URLPattern]:
        """Unfold adds these before its own. What no model has a page for is here."""
        wrap = self.admin_view
        return [
            path("choose/", wrap(picking.choose_tenant_page), name="choose"),
            path("pick/tenant/", wrap(picking.pick_tenant), name="pick_tenant"),
            path("pick/environment/", wrap(picking.pick_environment), name="pick_environment"),
            path("pick/change/", wrap(picking.pick_change), name="pick_change"),
            path("commands/<str:name>/", wrap(command_page), name="command"),
            path("commands/<str:name>/<str:target>/", wrap(command_page), name="command_on"),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {**self.each_context(request), "title": _("Home"), **home.summary(request), **(extra_context or {})}
        return TemplateResponse(request, "console/home.html", context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        """Pages are grouped by the menu, not by app."""
        return HttpResponseRedirect(reverse("admin:index"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        if getattr(request, "shell", None) is not None:
            context["shell"] = request.shell  # type: ignore[attr-defined]
            context["pickers"] = picking.pickers(request)
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The menu is written by hand; Django's own list would cost a permission check for each model."""
        return []

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answers from the tenant at hand, and is never cached: a cache would leak between tenants."""
        term = request.GET.get("s", "").strip()
        if not term:
            return HttpResponse()
        found = list(find(request, term))[:FOUND]
        return TemplateResponse(request, "console/search.html", {"found": found, "term": term})


def within_shell(view: View) -> View:
    """Run a page in the session's tenant. Reads and rendering share one transaction; writes open their own."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "%00" in request.get_full_path() or any("\0" in text for _, texts in request.POST.lists() for text in texts):
            raise BadRequest("The request holds the character NUL, which no database stores in a text.")
        try:
            opened = shell.open_shell(request)
        except shell.NoTenantChosen:
            return HttpResponseRedirect(reverse("admin:choose"))
        request.shell = opened.shell  # type: ignore[attr-defined]
        request.seats = opened.seats  # type: ignore[attr-defined]
        with scoped(opened.scope):
            try:
                return _answer(view, request, *args, **kwargs)
            except NotFound as missing:
                raise Http404(str(missing)) from missing
            except PermissionDenied as refusal:
                raise Forbidden(str(refusal)) from refusal

    return inside


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method in SAFE:
        with scope_transaction():
            return _rendered(view(request, *args, **kwargs))
    response = view(request, *args, **kwargs)
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        with scope_transaction():
            return _rendered(response)
    return response


def _rendered(response: HttpResponse) -> HttpResponse:
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return response


site: ConsoleSite = admin.site  # type: ignore[assignment]
