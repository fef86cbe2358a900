"""The forms that edit definitions: what they say is staged into the change in hand."""

from collections.abc import Callable
from typing import Any, NamedTuple

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


class Intent(NamedTuple):
    """A command on the change in hand."""

    command: str
    inputs: dict[str, Any]


Decide = Callable[[dict[str, Any]], Intent | None]


class NoChangeInHand(Conflict):
    code = "NO_CHANGE_IN_HAND"


def staging(kind: str, key: str, operation: str, payload: dict[str, Any]) -> Intent:
    """A new operation on the definition of that kind and key."""
    target = {"type": kind, "selector": {f"{kind}_key": key}}
    return Intent("change.stage_operation", {"op_type": operation, "payload": payload, "target": target})


def ask(
    request: HttpRequest,
    questions: type[BaseModel],
    *,
    title: str,
    back: str,
    decide: Decide,
    initial: dict[str, Any] | None = None,
    summary: str = "",
    then: Callable[[Intent], str] | None = None,
    leave: str = "",
) -> HttpResponse:
    """Show the form, or stage what it says. ``decide`` answers None when nothing would be altered.

    Goes on to ``then`` where something was staged, else to ``next`` of the address, else to ``back``. ``leave`` is what
    the button says that leads there without staging. What fields offer is registered as ``stage:<field>``.
    """
    back = next_path(request, request.GET) or back

    def options(field: str) -> Any:
        return choices.options(request, "stage", field)

    def show(form: InputForm) -> HttpResponse:
        return _show(request, form, title=title, back=back, summary=summary, leave=leave)

    with scope_transaction(durable=False):
        form_class = form_for(questions, options=options)
        if request.method != "POST":
            return show(form_class(initial=initial or {}))
        form = form_class(request.POST, initial=initial or {})
        valid = form.is_valid()
    if not valid:
        return show(form)
    try:
        intent = decide(_said(form))
        stage(request, intent)
    except DomainError as refusal:
        form.refuse(refusal)
        return show(form)
    return HttpResponseRedirect(then(intent) if then and intent else back)


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
    said = {name: form.cleaned_data.get(name) for name in form.fields}
    return {name: None if value == "" else value for name, value in said.items()}


def _show(
    request: HttpRequest, form: InputForm, *, title: str, back: str, summary: str, leave: str
) -> TemplateResponse:
    change = shell_of(request).change
    into = _("This is staged into %(number)s, %(title)s.")
    context = {
        "title": title,
        "form": form,
        "back": back,
        "summary": summary or (into % {"number": change.number, "title": change.title} if change else ""),
        "action": request.get_full_path(),
        "closed": change is None or not change.open,
        "submit": _("Stage"),
        "leave": leave or _("Cancel"),
    }
    with scope_transaction(durable=False):
        context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, "console/stage.html", context)
