"""Record types: fields as a table, edits staged into the change in hand."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.parts import Button, Card, Code, Link, table
from apps.metadata.admin.diffing import said
from apps.metadata.admin.staging import press
from apps.types.admin import fields
from apps.types.admin.definition_page import DefinitionKindAdmin, Wrap
from apps.types.admin.intents import intend
from apps.types.admin.questions import DefineRecordTypeQuestions, NewRecordTypeQuestions
from apps.types.admin.tables import field_table, removed_table
from apps.types.admin.workbench import Workbench
from apps.types.core.record_type import KIND
from apps.types.models import RecordType
from apps.types.queries import listed, record_types_of


@admin.register(RecordType)
class RecordTypeAdmin(DefinitionKindAdmin):
    kind = KIND
    list_display = ("label", "short_key", "extends", "count", "state", "revision", "since")
    rows_in = staticmethod(record_types_of)
    views_of = staticmethod(listed)
    new_title = gettext_lazy("New record type")
    new_questions = NewRecordTypeQuestions
    definition_questions = DefineRecordTypeQuestions

    @admin.display(description=gettext_lazy("base type"))
    def extends(self, row: Any) -> str:
        base = row.view.base_type
        return drawn(Link(base, self.page(base)) if base else None)

    @admin.display(description=gettext_lazy("own fields"))
    def count(self, row: Any) -> str:
        return str(row.view.field_count)

    def member_urls(self, wrap: Wrap) -> list[URLPattern]:
        return [
            path("<str:object_id>/fields/add/", wrap(self.add_field), name="types_field_add"),
            path("<str:object_id>/fields/<str:field_id>/edit/", wrap(self.edit_field), name="types_field_edit"),
            path("<str:object_id>/fields/<str:field_id>/rename/", wrap(self.rename_field), name="types_field_rename"),
            path("<str:object_id>/fields/<str:field_id>/<str:act>/", wrap(self.press_field), name="types_field_press"),
        ]

    def buttons(self, request: HttpRequest, obj: Workbench) -> list[Button]:
        if not obj.editable:
            return []
        add = reverse("admin:types_field_add", args=[obj.address])
        return [*self.life_buttons(obj), Button("", _("Add field"), add, asks=True, look="primary", icon="add")]

    def member_cards(self, obj: Workbench) -> list[Card]:
        removed = removed_table(obj)
        cards = [table(_("Fields"), field_table(obj), wide=True)]
        return [*cards, table(_("Removed fields"), removed)] if removed.rows else cards

    def attributes(self) -> list[tuple[str, str]]:
        return [
            *super().attributes(),
            ("base_type", _("Base type")),
            ("numbering", _("Numbering")),
            ("assignment", _("Assignment")),
            ("sla", _("Service level")),
        ]

    def told(self, obj: Workbench, name: str, value: Any) -> Any:
        if name == "base_type" and value:
            return Link(value, self.page(value))
        if name == "numbering" and value:
            return Code(f"{value['prefix']}{'0' * (value.get('digits', 7) - 1)}1")
        if isinstance(value, dict):
            return said(value, {field.id: field.name for field in obj.shown.fields})
        return super().told(obj, name, value)

    def add_field(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return fields.add(request, self, object_id)

    def edit_field(self, request: HttpRequest, object_id: str, field_id: str) -> HttpResponse:
        return fields.edit(request, self, object_id, field_id)

    def rename_field(self, request: HttpRequest, object_id: str, field_id: str) -> HttpResponse:
        return fields.rename(request, self, object_id, field_id)

    def press_field(self, request: HttpRequest, object_id: str, field_id: str, act: str) -> HttpResponse:
        """Remove or restore a field at once; undoing either is as easy."""
        if act not in ("remove", "restore") or request.method != "POST":
            raise Http404(act)

        def intent() -> Any:
            bench = self.bench(request, object_id)
            known = [*bench.shown.fields, *bench.shown.removed_fields, *(bench.stored.fields if bench.stored else ())]
            name = next((field.name for field in known if field.id == field_id), field_id)
            # A removed field may share its name with another: its id is always exact.
            return intend(bench, f"{act}_field", {"field": field_id if act == "restore" else name}, f"#{field_id}")

        return press(request, intent, self.page(object_id))
