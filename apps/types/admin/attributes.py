"""The forms of a definition's own attributes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from apps.metadata.admin.staging import Intent, ask
from apps.types.admin.fields import opened
from apps.types.admin.intents import intend
from apps.types.admin.questions import (
    AttributeQuestions,
    BaseQuestions,
    NumberingQuestions,
    SlaQuestions,
    TextQuestions,
)

QUESTIONS: dict[str, type[BaseModel]] = {
    "name": TextQuestions,
    "description": TextQuestions,
    "base_type": BaseQuestions,
    "numbering": NumberingQuestions,
    "assignment": AttributeQuestions,
    "sla": SlaQuestions,
}


def attribute_page(request: HttpRequest, pages: Any, reference: str, name: str) -> HttpResponse:
    """Edit one attribute. What a form does not ask for stays as it is."""
    if name not in dict(pages.attributes()):
        raise Http404(name)
    bench = opened(request, pages, reference)
    held = bench.shown.content.get(name)

    def decide(given: dict[str, Any]) -> Intent | None:
        value = _value(name, given, held)
        if value == held or (not value and not held):
            return None
        return intend(bench, "set_attribute", {"attribute": name, "value": value}, f"@{name}")

    title = _("%(attribute)s of %(name)s") % {"attribute": dict(pages.attributes())[name], "name": bench.shown.name}
    initial = held if isinstance(held, dict) else {"value": held, "base_type": held}
    if name == "assignment":
        initial = {"value": held}
    return ask(request, QUESTIONS[name], title=title, back=pages.page(reference), decide=decide, initial=initial)


def _value(name: str, given: dict[str, Any], held: Any) -> Any:
    kept = held if isinstance(held, dict) else {}
    if name == "base_type":
        return given["base_type"]
    if name == "numbering":
        return {**kept, "prefix": given["prefix"], "digits": given["digits"] or 7} if given["prefix"] else None
    if name == "sla":
        return {**kept, "duration_minutes": given["duration_minutes"]} if given["duration_minutes"] else None
    return given["value"]
