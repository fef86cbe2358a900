"""“Try a decision”: what the policies would say, and which rules say so (XY-096)."""

from typing import Any, Literal
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from apps.kernel import kinds
from apps.kernel.admin.choices import Option
from apps.kernel.admin.forms import InputForm, form_for
from apps.kernel.admin.parts import Card, Fact, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError
from apps.kernel.scope import scope_transaction
from apps.policies.admin.listing import effect_badge, matches_table, seats_text
from apps.policies.core.acts import asked_actions
from apps.policies.core.vocabulary import PLANNED_RESOURCE_TYPES
from apps.policies.models import PolicyVersion
from apps.policies.services import Tried
from apps.tenancy.models import Environment

OFFERED = 200


class Trial(BaseModel):
    """What the form asks."""

    environment_id: UUID = Field(title="Environment")
    action: str = Field(default="change.merge", description="What policies are asked about.")
    resource_types: list[str] = Field(default=[], title="Touches", description="The kinds of things it touches.")
    risk: Literal["low", "medium", "high"] = "low"
    reversibility: Literal["lossless", "lossy", "irreversible"] = "lossless"
    actor_kind: Literal["human", "agent", "service"] = "human"
    actor_subjects: list[str] = Field(
        default=[], title="The actor is", description="Such as role:Editor or team:…, one a line."
    )
    version_id: UUID | None = Field(
        default=None, title="As if in force", description="A version that is not in force yet."
    )


def try_page(request: HttpRequest) -> HttpResponse:
    """Show the form and, after it was sent, the answer below it. Nothing is decided or kept."""
    shell = shell_of(request)
    with scope_transaction(durable=False):
        form_class = form_for(Trial, options=_options())
        initial = {"environment_id": shell.environment_id and str(shell.environment_id), **request.GET.dict()}
        form = form_class(request.POST, initial=initial) if request.method == "POST" else form_class(initial=initial)
        valid = request.method == "POST" and form.is_valid()
    tried = _tried(form) if valid else None
    with scope_transaction(durable=False):
        context = {
            **admin.site.each_context(request),
            "title": _("Try a decision"),
            "form": form,
            "action": request.get_full_path(),
            "back": reverse("admin:policies_decision_changelist"),
            "submit": _("Try"),
            "cards": _answer(tried) if tried else [],
        }
    return TemplateResponse(request, "console/try_decision.html", context)


def _tried(form: InputForm) -> Tried | None:
    try:
        tried: Tried = dispatch("policy.evaluate", **form.inputs())
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    return tried


def _answer(tried: Tried) -> list[Card]:
    judgement = tried.judgement
    outcome = judgement.outcome()
    when = _("now") if tried.is_open else (tried.opens_at or _("never: its time windows do not overlap"))
    return [
        facts(
            _("The answer"),
            Fact(_("Decision"), effect_badge(str(judgement.effect))),
            Fact(_("Votes"), seats_text(outcome["requirement"]["seats"]) or _("none")),
            Fact(_("When"), when),
            Fact(_("Tests"), _("have to pass") if judgement.tests_required else ""),
            Fact(_("Separation of duties"), _("yes") if judgement.separation_of_duties else ""),
            Fact(_("Deadline"), f"{judgement.deadline_hours} h" if judgement.deadline_hours else ""),
        ),
        table(_("Why"), matches_table(outcome["matches"])),
    ]


def _options() -> Any:
    """What the form offers."""
    environments = Environment.objects.select_related("project").order_by("project__name", "position", "pk")
    waiting = PolicyVersion.objects.filter(status__in=["draft", "simulated", "approved"]).select_related("environment")
    offered: dict[str, list[Option]] = {
        "environment_id": [(str(one.pk), f"{one.project.name} · {one.name}") for one in environments[:OFFERED]],
        "action": [(name, name) for name in asked_actions()],
        "resource_types": [(name, name) for name in sorted({one.name for one in kinds.all()} | PLANNED_RESOURCE_TYPES)],
        "version_id": [
            ("", "—"),
            *(
                (str(one.pk), f"{one} · {one.environment.name}")
                for one in waiting.order_by("-created_at", "-pk")[:OFFERED]
            ),
        ],
    }
    return offered.get
