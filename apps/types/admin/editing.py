"""The form behind each pending operation on a record type or a choice list."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from apps.metadata.admin.editing import edited_by
from apps.metadata.admin.staging import Intent, ask
from apps.types.admin.attributes import QUESTIONS
from apps.types.admin.fields import opened
from apps.types.core import choice_list, record_type

FIELD_FORMS = {
    "add_field": "types_field_edit",
    "set_field": "types_field_edit",
    "rename_field": "types_field_rename",
}


@edited_by(record_type.KIND)
def record_type_form(key: str, operation: str, payload: Mapping[str, Any]) -> str | None:
    if operation in FIELD_FORMS:
        return reverse(f"admin:{FIELD_FORMS[operation]}", args=[key, payload["field"]])
    return _form(record_type.KIND, key, operation, payload)


@edited_by(choice_list.KIND)
def choice_list_form(key: str, operation: str, payload: Mapping[str, Any]) -> str | None:
    if operation in ("add_choice", "set_choice"):
        return reverse("admin:types_choice_edit", args=[key, payload["value"]])
    return _form(choice_list.KIND, key, operation, payload)


def _form(kind: str, key: str, operation: str, payload: Mapping[str, Any]) -> str | None:
    if operation == "define":
        return reverse(f"admin:types_{kind}_define", args=[key])
    attribute = payload.get("attribute") or (payload.get("path") or [""])[0]
    if operation == "set_attribute" and attribute in QUESTIONS:
        return reverse(f"admin:types_{kind}_attribute", args=[key, attribute])
    return None


def define_page(request: HttpRequest, pages: Any, reference: str, questions: type[BaseModel]) -> HttpResponse:
    """What the pending definition of something new says about itself. Its key is its identity and stays."""
    bench = opened(request, pages, reference)
    pending = next((row for row in bench.operations if row.operation == "define"), None)
    if pending is None:
        raise Http404(reference)
    held = {name: pending.display[name] for name in questions.model_fields if name in pending.display}

    def decide(given: dict[str, Any]) -> Intent | None:
        said = {name: value for name, value in given.items() if value is not None}
        kept = {name: value for name, value in pending.display.items() if name not in given}
        payload = {**kept, **said}
        if payload == pending.display:
            return None
        return Intent("change.edit_operation", {"operation_id": pending.pk, "op_type": "define", "payload": payload})

    title = _("Edit the definition of %(name)s") % {"name": bench.shown.name}
    return ask(request, questions, title=title, back=pages.page(reference), decide=decide, initial=held)
