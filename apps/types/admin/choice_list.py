"""Choice lists: choices as a table, edits staged into the change in hand."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.admin.parts import Button, Card, table
from apps.metadata.admin.staging import Intent, ask, press
from apps.types.admin import fields
from apps.types.admin.definition_page import DefinitionKindAdmin, Wrap
from apps.types.admin.intents import intend
from apps.types.admin.questions import (
    ChoiceQuestions,
    DefineChoiceListQuestions,
    NewChoiceListQuestions,
    NewChoiceQuestions,
)
from apps.types.admin.tables import choice_table
from apps.types.admin.workbench import Workbench
from apps.types.core.choice_list import KIND
from apps.types.models import ChoiceList
from apps.types.queries import choice_lists_of, lists


@admin.register(ChoiceList)
class ChoiceListAdmin(DefinitionKindAdmin):
    kind = KIND
    list_display = ("label", "short_key", "count", "state", "revision", "since")
    rows_in = staticmethod(choice_lists_of)
    views_of = staticmethod(lists)
    new_title = gettext_lazy("New choice list")
    new_questions = NewChoiceListQuestions
    definition_questions = DefineChoiceListQuestions

    @admin.display(description=gettext_lazy("choices"))
    def count(self, row: Any) -> str:
        return str(row.view.item_count)

    def member_urls(self, wrap: Wrap) -> list[URLPattern]:
        return [
            path("<str:object_id>/choices/add/", wrap(self.add_choice), name="types_choice_add"),
            path("<str:object_id>/choices/<str:value>/edit/", wrap(self.edit_choice), name="types_choice_edit"),
            path("<str:object_id>/choices/<str:value>/remove/", wrap(self.remove_choice), name="types_choice_remove"),
        ]

    def buttons(self, request: HttpRequest, obj: Workbench) -> list[Button]:
        if not obj.editable:
            return []
        add = reverse("admin:types_choice_add", args=[obj.address])
        return [*self.life_buttons(obj), Button("", _("Add choice"), add, asks=True, look="primary", icon="add")]

    def member_cards(self, obj: Workbench) -> list[Card]:
        return [table(_("Choices"), choice_table(obj))]

    def add_choice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        bench = fields.opened(request, self, object_id)

        def decide(given: dict[str, Any]) -> Intent:
            return intend(bench, "add_choice", given, f"#{given['value']}")

        title = _("Add a choice to %(name)s") % {"name": bench.shown.name}
        return ask(request, NewChoiceQuestions, title=title, back=self.page(object_id), decide=decide)

    def edit_choice(self, request: HttpRequest, object_id: str, value: str) -> HttpResponse:
        bench = fields.opened(request, self, object_id)
        held = bench.shown.content.get("items", {}).get(value)
        if held is None:
            raise Http404(value)

        def decide(given: dict[str, Any]) -> Intent | None:
            altered = {name: given[name] for name in ("label", "active") if given[name] != held.get(name, True)}
            return intend(bench, "set_choice", {"value": value, **altered}, f"#{value}") if altered else None

        title = _("Edit choice %(value)s") % {"value": value}
        initial = {"label": held.get("label"), "active": held.get("active", True)}
        return ask(request, ChoiceQuestions, title=title, back=self.page(object_id), decide=decide, initial=initial)

    def remove_choice(self, request: HttpRequest, object_id: str, value: str) -> HttpResponse:
        if request.method != "POST":
            raise Http404(value)

        def intent() -> Intent:
            return intend(self.bench(request, object_id), "remove_choice", {"value": value}, f"#{value}")

        return press(request, intent, self.page(object_id))
