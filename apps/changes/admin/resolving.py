"""The page where conflicts are settled side by side: choose, try it, keep it.

Nobody is told that there is no conflict before the result was merged and validated again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.changes.admin.outcome import Findings, findings_of, groups_of
from apps.changes.admin.places import (
    Answers,
    answers_in,
    decision,
    looked_at,
    name_of,
    place_of,
    resolution,
    typed_elsewhere,
)
from apps.changes.admin.sides import Names
from apps.changes.core.lifecycle import capabilities
from apps.changes.models import Change
from apps.changes.queries import authors_of
from apps.changes.services.conflicts import Met, conflicts_of
from apps.changes.services.planning import Planned, plan_change
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import may
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError
from apps.kernel.scope import current_scope, scope_transaction
from apps.metadata.admin.diffing import Group
from apps.metadata.core.content import pointer

#: Places drawn at once, the open ones first: a form has its limits, and so have people.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come of the choices as they are: validated, and not stored."""

    clean: bool
    left: int
    findings: Findings
    groups: Sequence[Group]


def settle_page(request: HttpRequest, change: Change) -> HttpResponse:
    """Show the conflicts; try choices; keep them; take one back. What was typed comes back with every answer."""
    if request.method not in ("GET", "HEAD", "POST"):
        raise Http404
    answers = answers_in(request.POST)
    action = request.POST.get("action", "")
    if action.startswith("clear:"):
        return _clear(request, change, answers, action.removeprefix("clear:"))
    if action == "keep":
        return _keep(request, change, answers)
    if action in ("all:mine", "all:theirs"):
        choice = action.removeprefix("all:")
        answers = {name: answer._replace(choice=choice) for name, answer in answers.items()}
    return _show(request, change, answers, trial=action == "try")


def _met(change: Change) -> tuple[Planned, list[Met]]:
    planned = plan_change(change)
    return planned, conflicts_of(change, planned)


def _show(
    request: HttpRequest, change: Change, answers: Answers, *, trial: bool = False, refusal: str = ""
) -> HttpResponse:
    """Rendered inside the transaction that read it, so that names and sides are of one moment."""
    with scope_transaction(durable=False):
        planned, met = _met(change)
        counting, moved = looked_at(met, answers)
        names = Names(planned)
        shown = sorted(met, key=lambda one: not one.is_open)[:SHOWN]
        places = [place_of(one, names, counting.get(name_of(one)), moved=name_of(one) in moved) for one in shown]
        still_open = sum(one.is_open for one in met)
        context = {
            **admin.site.each_context(request),
            "opts": Change._meta,
            "title": _("Settle the conflicts of %(number)s") % {"number": change.number},
            "change": change,
            "places": places,
            "open": still_open,
            "more": len(met) - len(shown),
            "editable": _editable(change),
            "joins": current_scope().actor.id not in authors_of(change),
            "back": page_of(change),
            "trial": _tried(change, planned, met, counting) if trial or not still_open else None,
            "moved": len(moved),
            "typed": typed_elsewhere(met, answers),
            "refusal": refusal,
            "action": reverse("admin:changes_change_conflicts", args=[change.pk]),
        }
        return TemplateResponse(request, "console/settle.html", context).render()


def _editable(change: Change) -> bool:
    opened = change.archived_at is None and capabilities(change.status).add_operations
    return opened and may("change.resolve_conflicts", change.pk)


def _tried(change: Change, before: Planned, met: Sequence[Met], answers: Answers) -> Trial:
    """The plan with these choices over the stored ones: merged, checked, and judged like any other."""
    chosen = [made for made in (resolution(one, answers) for one in met) if made is not None]
    planned = plan_change(change, resolutions=[*before.loaded.resolutions, *chosen]) if chosen else before
    groups = groups_of(planned)
    about = {(one.conflict.kind, one.conflict.key) for one in met}
    return Trial(
        clean=planned.is_clean,
        left=len(planned.plan.conflicts),
        findings=findings_of(planned),
        groups=[groups[target] for target in sorted(about & groups.keys())][:SHOWN],
    )


def _keep(request: HttpRequest, change: Change, answers: Answers) -> HttpResponse:
    with scope_transaction():
        _planned, met = _met(change)
    counting, moved = looked_at(met, answers)
    if moved or typed_elsewhere(met, answers):
        return _show(request, change, answers)
    chosen = [(one, made) for one in met if (made := resolution(one, counting)) is not None]
    if not chosen:
        return _show(request, change, answers, refusal=_("Choose whose value stands, at one place at least."))
    try:
        resolved = dispatch(
            "change.resolve_conflicts", change.pk, decisions=[decision(one, made) for one, made in chosen]
        )
    except DomainError as refusal:
        return _show(request, change, answers, refusal=refusal.message)
    left = len(resolved.planned.plan.conflicts)
    if left:
        said = ngettext("%(count)s conflict is left.", "%(count)s conflicts are left.", left) % {"count": left}
        messages.info(request, said)
        return HttpResponseRedirect(reverse("admin:changes_change_conflicts", args=[change.pk]))
    if resolved.planned.is_clean:
        messages.success(request, _("The conflicts of %(number)s are settled.") % {"number": change.number})
    else:
        said = _("The conflicts of %(number)s are settled, but the result does not hold. Look at the findings.")
        messages.warning(request, said % {"number": change.number})
    return HttpResponseRedirect(page_of(change))


def _clear(request: HttpRequest, change: Change, answers: Answers, name: str) -> HttpResponse:
    """Take a decision back; what was taken back already is so. Choices at other places stay as they are."""
    with scope_transaction():
        _planned, met = _met(change)
    others = {place: answer for place, answer in answers.items() if place != name}
    decided = next((one.conflict for one in met if name_of(one) == name and one.decision is not None), None)
    _counting, moved = looked_at(met, others)
    if decided is None or moved:
        return _show(request, change, others)
    try:
        dispatch("change.clear_resolution", change.pk, kind=decided.kind, key=decided.key, path=pointer(decided.path))
    except DomainError as refusal:
        return _show(request, change, answers, refusal=refusal.message)
    return _show(request, change, others)
