"""Choice lists: choices as a table, edits staged into the change in hand."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.parts import Button, Card, Code, table
from apps.kernel.admin.shell import shell_of
from apps.metadata.admin.listing import status_badge
from apps.types.admin import fields
from apps.types.admin.attributes import attribute_page
from apps.types.admin.editing import define_page
from apps.types.admin.intents import Intent, intend
from apps.types.admin.pages import ask, press
from apps.types.admin.questions import (
    ChoiceQuestions,
    DefineChoiceListQuestions,
    NewChoiceListQuestions,
    NewChoiceQuestions,
)
from apps.types.admin.shared import DefinitionKindAdmin
from apps.types.admin.tables import choice_table
from apps.types.admin.workbench import Workbench
from apps.types.core.choice_list import KIND
from apps.types.models import ChoiceList
from apps.types.queries import choice_lists_of, lists


@admin.register(ChoiceList)
class ChoiceListAdmin(DefinitionKindAdmin):
    kind = KIND
    list_display = ("label", "short_key", "count", "state", "revision", "since")
    search_fields = ("key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChoiceList]:
        environment = shell_of(request).environment_id
        return choice_lists_of(environment) if environment else ChoiceList.objects.none()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        for row, view in zip(rows, lists(rows), strict=True):
            row.view = view
        changelist.result_list = rows
        return changelist

    @admin.display(description=gettext_lazy("name"))
    def label(self, row: Any) -> str:
        return row.name

    @admin.display(description=gettext_lazy("key"), ordering="key")
    def short_key(self, row: ChoiceList) -> str:
        return drawn(Code(row.key))

    @admin.display(description=gettext_lazy("choices"))
    def count(self, row: Any) -> str:
        return str(len(row.view.content.get("items", {})))

    @admin.display(description=gettext_lazy("status"))
    def state(self, row: Any) -> str:
        return drawn(status_badge(row.status))

    @admin.display(description=gettext_lazy("revision"))
    def revision(self, row: Any) -> str:
        return f"#{row.number}"

    @admin.display(description=gettext_lazy("moved"))
    def since(self, row: Any) -> str:
        return drawn(row.moved_at)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        return [
            Button(
                "", _("New choice list"), reverse("admin:types_choice_list_new"), asks=True, look="primary", icon="add"
            )
        ]

    def more_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="types_choice_list_new"),
            path("<str:object_id>/choices/add/", wrap(self.add_choice), name="types_choice_add"),
            path("<str:object_id>/choices/<str:value>/edit/", wrap(self.edit_choice), name="types_choice_edit"),
            path("<str:object_id>/choices/<str:value>/remove/", wrap(self.remove_choice), name="types_choice_remove"),
            path("<str:object_id>/attributes/<str:name>/", wrap(self.attribute), name="types_choice_list_attribute"),
            path("<str:object_id>/act/<str:act>/", wrap(self.act), name="types_choice_list_act"),
            path("<str:object_id>/define/", wrap(self.define), name="types_choice_list_define"),
        ]

    def buttons(self, request: HttpRequest, obj: Workbench) -> list[Button]:
        if not obj.editable:
            return []
        add = reverse("admin:types_choice_add", args=[obj.address])
        return [*self.life_buttons(obj), Button("", _("Add choice"), add, asks=True, look="primary", icon="add")]

    def member_cards(self, obj: Workbench) -> list[Card]:
        return [table(_("Choices"), choice_table(obj))]

    def new(self, request: HttpRequest) -> HttpResponse:
        def decide(given: dict[str, Any]) -> Intent:
            return fields.defined(KIND, {name: value for name, value in given.items() if value is not None})

        back = reverse("admin:types_choicelist_changelist")
        return ask(request, NewChoiceListQuestions, title=_("New choice list"), back=back, decide=decide)

    def define(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return define_page(request, self, object_id, DefineChoiceListQuestions)

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

    def attribute(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return attribute_page(request, self, object_id, name)
