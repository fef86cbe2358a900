"""The editing pages: a form each, staged into the change in hand."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from apps.kernel.admin import choices
from apps.kernel.admin.forms import InputForm, form_for
from apps.kernel.admin.pages import next_path
from apps.kernel.admin.shell import shell_of
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, DomainError
from apps.kernel.scope import scope_transaction
from apps.types.admin.intents import Intent

Decide = Callable[[dict[str, Any]], Intent | None]


class NoChangeInHand(Conflict):
    code = "NO_CHANGE_IN_HAND"


def ask(
    request: HttpRequest,
    questions: type[BaseModel],
    *,
    title: str,
    back: str,
    decide: Decide,
    initial: dict[str, Any] | None = None,
    summary: str = "",
) -> HttpResponse:
    """Show the form, or stage what it says. ``decide`` answers None when nothing would be altered.

    Goes on to ``next`` of the address where there is one, to ``back`` otherwise.
    """
    back = next_path(request, request.GET) or back

    def options(field: str) -> Any:
        return choices.options(request, "types", field)

    with scope_transaction(durable=False):
        form_class = form_for(questions, options=options)
        if request.method != "POST":
            return _show(request, form_class(initial=initial or {}), title, back, summary)
        form = form_class(request.POST, initial=initial or {})
        valid = form.is_valid()
    if not valid:
        return _show(request, form, title, back, summary)
    try:
        stage(request, decide(_said(form)))
    except DomainError as refusal:
        form.refuse(refusal)
        return _show(request, form, title, back, summary)
    return HttpResponseRedirect(back)


def stage(request: HttpRequest, intent: Intent | None) -> None:
    """Give the command on the change in hand, and say what happened."""
    change = shell_of(request).change
    if change is None or not change.open:
        raise NoChangeInHand(_("Take a change in hand first: edits are staged into it."))
    if intent is None:
        messages.info(request, _("Nothing was altered."))
        return
    dispatch(intent.command, change.id, **intent.inputs)
    messages.success(request, _("Staged into %(number)s.") % {"number": change.number})


def press(request: HttpRequest, intent: Callable[[], Intent | None], back: str) -> HttpResponse:
    """A button without a form."""
    try:
        with scope_transaction():
            wanted = intent()
        stage(request, wanted)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(back)


def _said(form: InputForm) -> dict[str, Any]:
    """Every answer, the empty ones as nothing."""
    said = {}
    for name in form.fields:
        value = form.cleaned_data.get(name)
        said[name] = None if value == "" else value
    return said


def _show(request: HttpRequest, form: InputForm, title: str, back: str, summary: str) -> TemplateResponse:
    change = shell_of(request).change
    context = {
        "title": title,
        "form": form,
        "back": back,
        "summary": summary or _staged_into(change),
        "action": request.get_full_path(),
        "closed": change is None or not change.open,
        "submit": _("Stage"),
    }
    with scope_transaction(durable=False):
        context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, "console/stage.html", context)


def _staged_into(change: Any) -> str:
    if change is None:
        return ""
    return _("This is staged into %(number)s, %(title)s.") % {"number": change.number, "title": change.title}
