"""The forms of fields: adding, editing and renaming."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.kernel.scope import scope_transaction
from apps.metadata.admin.staging import Intent, ask
from apps.types.admin.intents import intend
from apps.types.admin.questions import FieldQuestions, NewFieldQuestions, RenameQuestions
from apps.types.admin.workbench import Workbench
from apps.types.core.fields import says_nothing
from apps.types.core.views import FieldView


def add(request: HttpRequest, pages: Any, reference: str) -> HttpResponse:
    bench = opened(request, pages, reference)

    def decide(given: dict[str, Any]) -> Intent:
        name = given.pop("field")
        return intend(bench, "add_field", {"field": name, "definition": definition(given)})

    title = _("Add a field to %(name)s") % {"name": bench.shown.name}
    return ask(request, NewFieldQuestions, title=title, back=pages.page(reference), decide=decide)


def edit(request: HttpRequest, pages: Any, reference: str, field_id: str) -> HttpResponse:
    """Only what differs from the form as it was shown is staged; what is emptied is cleared."""
    bench = opened(request, pages, reference)
    field = field_of(bench, field_id)
    held = {name: value for name, value in field.definition.items() if name in FieldQuestions.model_fields}

    def decide(given: dict[str, Any]) -> Intent | None:
        altered = {
            name: value
            for name, value in whole_numbers(given).items()
            if not (says_nothing(name, value) and says_nothing(name, held.get(name))) and value != held.get(name)
        }
        if not altered:
            return None
        told = {name: None if says_nothing(name, value) else value for name, value in altered.items()}
        return intend(bench, "set_field", {"field": field.name, "definition": told}, f"#{field.id}")

    title = _("Edit field %(name)s") % {"name": field.name}
    summary = ""
    if field.inherited:
        summary = _("Inherited from %(owner)s: it can be tightened here, not weakened.") % {"owner": field.owner}
    return ask(
        request, FieldQuestions, title=title, back=pages.page(reference), decide=decide, initial=held, summary=summary
    )


def rename(request: HttpRequest, pages: Any, reference: str, field_id: str) -> HttpResponse:
    bench = opened(request, pages, reference)
    field = field_of(bench, field_id)

    def decide(given: dict[str, Any]) -> Intent:
        payload = {"old_name": field.name, "new_name": given["new_name"]}
        return intend(bench, "rename_field", payload, f"#{field.id}")

    title = _("Rename field %(name)s") % {"name": field.name}
    initial = {"new_name": field.name}
    return ask(request, RenameQuestions, title=title, back=pages.page(reference), decide=decide, initial=initial)


def opened(request: HttpRequest, pages: Any, reference: str) -> Workbench:
    with scope_transaction(durable=False):
        bench: Workbench = pages.bench(request, reference)
        return bench


def field_of(bench: Workbench, field_id: str) -> FieldView:
    found = next((field for field in bench.shown.fields if field.id == field_id), None)
    if found is None:
        raise Http404(field_id)
    return found


def definition(given: dict[str, Any]) -> dict[str, Any]:
    """The attributes that say something. One that does not fit the type is sent all the same, to be refused by name."""
    return {name: value for name, value in whole_numbers(given).items() if not says_nothing(name, value)}


def whole_numbers(given: dict[str, Any]) -> dict[str, Any]:
    """Numbers of the form as JSON has them: 3 and not 3.0 or Decimal."""
    return {
        name: _number(value) if name in ("min", "max") and value is not None else value for name, value in given.items()
    }


def _number(value: Any) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number
