"""The page of a command: its form, its answer, its refusal. One page serves every command in the registry."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied as Forbidden
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from apps.kernel import commands
from apps.kernel.admin import choices, offers, panels
from apps.kernel.admin.folding import folded
from apps.kernel.admin.forms import InputForm, form_for
from apps.kernel.admin.linking import target_part
from apps.kernel.admin.naming import answer_of, description_of, summary_of, title_of
from apps.kernel.commands import Command
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError, NotFound, PermissionDenied
from apps.kernel.scope import scope_transaction

Follower = Callable[[HttpRequest, Any], None]
_followers: dict[str, list[Follower]] = {}
_arriving: set[str] = set()

HIDDEN = frozenset({"comment_id", "digest", "expected_digest", "expected_version", "operation_id"})


def after(*names: str) -> Callable[[Follower], Follower]:
    """Have ``function(request, result)`` run when one of these commands was given from a page."""

    def register(function: Follower) -> Follower:
        for name in names:
            _followers.setdefault(name, []).append(function)
        return function

    return register


def arrives(*names: str) -> None:
    """After these commands people see what they made, and not the page they came from."""
    _arriving.update(names)


def command_page(request: HttpRequest, name: str, target: str | None = None) -> HttpResponse:
    """Show a command's form, or give the command.

    Dispatches outside any transaction of the page. Answers 404 for an unknown command or object, 403 when the guard
    refuses, and shows the form again, filled as it was, when the command does.
    """
    command = _known(name, target)
    if request.method == "POST":
        return _give(request, command, target)
    if not offers.may(name, target):
        raise Forbidden
    given = {
        key: request.GET.getlist(key) if len(request.GET.getlist(key)) > 1 else request.GET[key] for key in request.GET
    }
    initial = {**choices.initial(request, name, target), **given}
    form = _form_class(request, command, set(given))(initial=initial)
    return _show(request, command, target, form)


def _known(name: str, target: str | None) -> Command:
    try:
        command = commands.get(name)
    except LookupError:
        raise Http404(name) from None
    if command.internal or command.takes_target is (target is None):
        raise Http404(name)
    _target(target)
    return command


def _form_class(request: HttpRequest, command: Command, present: set[str]) -> type[InputForm]:
    def options(field: str) -> Any:
        return choices.options(request, command.name, field)

    hidden = HIDDEN & present
    return form_for(
        command.input_model, options=options, hidden=hidden, folded=folded(command.name), command=command.name
    )


def _give(request: HttpRequest, command: Command, target: str | None) -> HttpResponse:
    with scope_transaction():
        initial = choices.initial(request, command.name, target)
        form = _form_class(request, command, set(request.POST))(_completed(command, request.POST), initial=initial)
    if not form.is_valid():
        return _show(request, command, target, form)
    try:
        result = dispatch(command.name, *_target(target), **form.inputs())
    except NotFound as refusal:
        if target is None or refusal.details.get("id") not in (None, target):
            form.refuse(refusal)
            return _show(request, command, target, form)
        raise Http404(str(refusal)) from None
    except PermissionDenied as refusal:
        form.refuse(refusal)
        return _show(request, command, target, form, refusal.status)
    except DomainError as refusal:
        return _refused(request, command, target, form, refusal)
    if command.secret_output:
        return _secret(request, command, result)
    for function in _followers.get(command.name, ()):
        function(request, result)
    with scope_transaction():  # a result may know its change by id only
        said = answer_of(command.name, result)
    messages.success(request, said)
    onward = None if command.name in _arriving else next_path(request, request.POST)
    return HttpResponseRedirect(onward or destination(result))


def _completed(command: Command, data: QueryDict) -> QueryDict:
    """A one-click button sends no inputs but its own; the others keep their defaults."""
    completed = data.copy()
    if "_form" not in data:
        for name, info in command.input_model.model_fields.items():
            if name not in data and not info.is_required() and info.default is True:
                completed[name] = "on"
    return completed


def _refused(
    request: HttpRequest, command: Command, target: str | None, form: InputForm, refusal: DomainError
) -> HttpResponse:
    """A one-click button goes back to its page with the sentence; a form is shown again with everything typed."""
    back = next_path(request, request.POST)
    if "_form" not in request.POST and back:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(back)
    form.refuse(refusal)
    return _show(request, command, target, form)


def _target(target: str | None) -> tuple[UUID | str, ...]:
    if target is None:
        return ()
    try:
        return (UUID(target),)
    except ValueError:
        raise Http404(target) from None


def _show(
    request: HttpRequest, command: Command, target: str | None, form: InputForm, status: int = 200
) -> TemplateResponse:
    """The form. As everywhere in Django's admin, one that needs mending is a page like another: 200."""
    data = request.POST or request.GET
    with scope_transaction(durable=False):
        cards = panels.preview_of(command.name, request, target)
        about = target_part(command.name, target) if target else None
    context = {
        **_shared(request),
        "cards": cards,
        "about": about,
        "title": title_of(command.name),
        "command": command,
        "summary": summary_of(command.name),
        "description": description_of(command.name),
        "form": form,
        "next": next_path(request, data) or "",
        "back": next_path(request, data) or reverse("admin:index"),
        "danger": command.name.rpartition(".")[2] in {"archive", "revoke", "deactivate", "remove", "retire", "disable"},
        "action": offers.command_url(command.name, target),
    }
    return TemplateResponse(request, "console/command.html", context, status=status)


def _secret(request: HttpRequest, command: Command, result: Any) -> TemplateResponse:
    """The one time a secret is shown: in this answer only, never in a session, a message or an address."""
    link = getattr(result, "link", "")
    context = {
        **_shared(request),
        "title": title_of(command.name),
        "secret": link or getattr(result, "secret", ""),
        "is_link": bool(link),
        "back": next_path(request, request.POST) or reverse("admin:index"),
    }
    response = TemplateResponse(request, "console/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _shared(request: HttpRequest) -> dict[str, Any]:
    with scope_transaction(durable=False):
        return dict(admin.site.each_context(request))


def next_path(request: HttpRequest, data: QueryDict) -> str | None:
    """A path of this host to go on to, from ``next``; anything else is ignored."""
    path = data.get("next", "")
    if path and url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure()):
        return str(path)
    return None


def destination(result: Any) -> str:
    """The page of what a command returned, or the home page."""
    if isinstance(result, Model):
        options = result._meta
        try:
            return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[result.pk])
        except NoReverseMatch:
            return reverse("admin:index")
    return reverse("admin:index")
