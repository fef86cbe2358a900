"""What the pages of both kinds share: attributes, the change in hand, history, users of a definition."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from apps.changes.models import ChangeOperation
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.offers import offer
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, Row, Table, Text, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.metadata.admin.listing import revision_table, running_in, status_badge, uses_table
from apps.metadata.admin.past import past_address
from apps.metadata.admin.staging import Intent, ask, press, staging
from apps.metadata.models import Head
from apps.metadata.queries import references_to, revisions_of
from apps.tenancy.admin.badges import environment_badge
from apps.types.admin.attributes import attribute_page
from apps.types.admin.editing import define_page
from apps.types.admin.intents import intend
from apps.types.admin.tables import operation_table
from apps.types.admin.workbench import Workbench, open_workbench

SHOWN = 30
Wrap = Callable[[Callable[..., Any]], Callable[..., HttpResponse]]


class DefinitionKindAdmin(CommandAdmin):
    """A list of what the environment runs, and a page that stages edits."""

    kind: str
    rows_in: Callable[[UUID | None], QuerySet[Any]]
    views_of: Callable[[list[Any]], list[Any]]
    new_title: Text
    new_questions: type[BaseModel]
    definition_questions: type[BaseModel]
    object_template = "console/definition.html"
    list_display_links = ("label",)
    search_fields = ("key",)
    list_before_template = "console/staged_new.html"
    ordering = ("key", "pk")

    def bench(self, request: HttpRequest, reference: str) -> Workbench:
        return open_workbench(request, self.kind, reference)

    def find(self, request: HttpRequest, object_id: str) -> Any:
        """A workbench stands for the object: a staged definition has no row yet."""
        return self.bench(request, object_id)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        environment = shell_of(request).environment_id
        return self.rows_in(environment) if environment else self.model.objects.none()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        for row, view in zip(rows, self.views_of(rows), strict=True):
            row.view = view
        changelist.result_list = rows
        return changelist

    @admin.display(description=gettext_lazy("name"))
    def label(self, row: Any) -> str:
        return row.name

    @admin.display(description=gettext_lazy("key"), ordering="key")
    def short_key(self, row: Any) -> str:
        return drawn(Code(row.key))

    @admin.display(description=gettext_lazy("status"))
    def state(self, row: Any) -> str:
        return drawn(status_badge(row.status))

    @admin.display(description=gettext_lazy("revision"))
    def revision(self, row: Any) -> str:
        return f"#{row.number}"

    @admin.display(description=gettext_lazy("moved"))
    def since(self, row: Any) -> str:
        return drawn(row.moved_at)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if search_term:
            queryset = queryset.filter(key__icontains=search_term) | queryset.filter(name__icontains=search_term)
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"staged": self.staged(request), "list_kind": self.opts.verbose_name, **(extra_context or {})}
        return super().changelist_view(request, context)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        new = reverse(f"admin:types_{self.kind}_new")
        return [Button("", self.new_title, new, asks=True, look="primary", icon="add")]

    def more_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, f"types_{self.kind}"
        return [
            path("new/", wrap(self.new), name=f"{name}_new"),
            *self.member_urls(wrap),
            path("<str:object_id>/attributes/<str:name>/", wrap(self.attribute), name=f"{name}_attribute"),
            path("<str:object_id>/act/<str:act>/", wrap(self.act), name=f"{name}_act"),
            path("<str:object_id>/define/", wrap(self.define), name=f"{name}_define"),
        ]

    def member_urls(self, wrap: Wrap) -> list[URLPattern]:
        """The forms of what the definition is made of."""
        raise NotImplementedError

    def staged(self, request: HttpRequest) -> list[Link]:
        """Definitions that only the change in hand has so far."""
        change = shell_of(request).change
        if change is None:
            return []
        rows = ChangeOperation.objects.filter(
            change=change.id, operation="define", target__kind=self.kind, executed_at=None
        )
        keys = rows.order_by("target__key").values_list("target__key", flat=True)
        return [
            Link(key, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[key])) for key in keys
        ]

    def heading(self, obj: Workbench) -> str:
        return obj.shown.name

    def lead(self, obj: Workbench) -> str:
        return obj.shown.description

    def badges(self, obj: Workbench) -> list[Badge]:
        new = [Badge(_("not merged yet"), "accent")] if obj.stored is None else []
        return [status_badge(obj.shown.status), environment_badge(obj.shown.environment), *new]

    def more_context(self, request: HttpRequest, obj: Workbench) -> dict[str, Any]:
        return {
            "bench": obj,
            "start": None
            if obj.change
            else offer("change.create", label=_("New change"), asks=True, look="primary", icon="add"),
        }

    def cards(self, request: HttpRequest, obj: Workbench) -> list[Card]:
        cards: list[Card] = [*self.member_cards(obj)]
        if obj.operations and obj.change is not None:
            cards.append(table(_("Staged in %(number)s") % {"number": obj.change.number}, operation_table(obj)))
        if obj.stored is not None:
            uses = references_to(obj.shown.environment_id, obj.kind, obj.key)[:SHOWN]
            cards.append(table(_("What uses it"), uses_table(uses)))
            heads = (
                Head.objects.filter(definition=obj.stored.id).select_related("environment").order_by("environment_id")
            )
            cards.append(
                table(
                    _("History"),
                    revision_table(revisions_of(obj.stored.id).defer("content")[:SHOWN], running_in(heads)),
                )
            )
        content = json.dumps(obj.shown.content, indent=2, ensure_ascii=False)
        return [*cards, Card(_("Content"), "components/raw_folded.html", content)]

    def member_cards(self, obj: Workbench) -> list[Card]:
        """What the definition is made of."""
        raise NotImplementedError

    def side(self, request: HttpRequest, obj: Workbench) -> list[Card]:
        stored = obj.stored
        shown = [
            Fact(_("Key"), Code(obj.key)),
            Fact(_("Environment"), obj.shown.environment),
            Fact(_("Revision"), f"#{stored.version}" if stored else _("none yet")),
            Fact(_("Digest"), Code(stored.digest) if stored else ""),
            Fact(_("Past"), Link(_("As it was, and who set what"), past_address(stored.id)) if stored else ""),
            Fact("ID", Code(str(stored.id)) if stored else ""),
        ]
        return [self.attributes_card(obj), facts(_("Facts"), *shown)]

    def attributes_card(self, obj: Workbench) -> Card:
        rows = [self._attribute_row(obj, name, label) for name, label in self.attributes()]
        return table(_("Details"), Table([_("Attribute"), _("Value")], rows))

    def attributes(self) -> list[tuple[str, str]]:
        return [("name", _("Name")), ("description", _("Description"))]

    def _attribute_row(self, obj: Workbench, name: str, label: str) -> Row:
        before = obj.stored.content.get(name) if obj.stored else None
        now = obj.shown.content.get(name)
        url = reverse(f"admin:types_{self.kind}_attribute", args=[obj.address, name])
        buttons = [Link(_("Edit"), url)] if obj.editable else []
        return Row(
            [label, self.told(obj, name, now)], staged="change" if obj.stored and before != now else "", buttons=buttons
        )

    def told(self, obj: Workbench, name: str, value: Any) -> Any:
        """An attribute's value for a reader."""
        return value if isinstance(value, str) else ("" if value is None else json.dumps(value, ensure_ascii=False))

    def life_buttons(self, obj: Workbench) -> list[Button]:
        """Activate, retire, restore: whichever the status allows."""
        status = obj.shown.status
        acts = {"draft": [("activate", _("Activate"))], "retired": [("restore", _("Restore"))]}.get(status, [])
        if status != "retired":
            acts = [*acts, ("retire", _("Retire"))]
        return [
            Button(
                "",
                label,
                reverse(f"admin:types_{self.kind}_act", args=[obj.address, act]),
                look="danger" if act == "retire" else "",
            )
            for act, label in acts
        ]

    def act(self, request: HttpRequest, object_id: str, act: str) -> Any:
        """Stage a step in the life of the definition."""
        back = self.page(object_id)

        def intent() -> Intent | None:
            bench = self.bench(request, object_id)
            undone = next(iter(bench.claiming("@status")), None)
            if undone is not None and act in ("restore", "activate"):
                return Intent("change.delete_operation", {"operation_id": undone.pk})
            if act == "activate":
                return intend(bench, "set_attribute", {"attribute": "status", "value": "active"}, "@status")
            return intend(bench, act, {})

        return press(request, intent, back)

    def new(self, request: HttpRequest) -> HttpResponse:
        def decide(given: dict[str, Any]) -> Intent:
            payload = {name: value for name, value in given.items() if value is not None}
            return staging(self.kind, payload["key"], "define", payload)

        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return ask(request, self.new_questions, title=str(self.new_title), back=back, decide=decide)

    def define(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return define_page(request, self, object_id, self.definition_questions)

    def attribute(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return attribute_page(request, self, object_id, name)

    def page(self, reference: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[reference])
