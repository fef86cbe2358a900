"""What the pages of both kinds share: attributes, the change in hand, history, users of a definition."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.changes.models import ChangeOperation
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, Row, Table, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.metadata.admin.listing import revision_table, running_in, status_badge, uses_table
from apps.metadata.admin.past import past_address
from apps.metadata.models import Head
from apps.metadata.queries import references_to, revisions_of
from apps.types.admin.intents import Intent, intend
from apps.types.admin.pages import press
from apps.types.admin.tables import operation_table
from apps.types.admin.workbench import Workbench, open_workbench
from apps.types.core.pointers import with_names

SHOWN = 30


class DefinitionKindAdmin(CommandAdmin):
    """A list of what the environment runs, and a page that stages edits."""

    kind: str
    object_template = "console/definition.html"
    list_display_links = ("label",)
    list_before_template = "console/staged_new.html"
    ordering = ("key", "pk")

    def bench(self, request: HttpRequest, reference: str) -> Workbench:
        return open_workbench(request, self.kind, reference)

    def find(self, request: HttpRequest, object_id: str) -> Any:
        """A workbench stands for the object: a staged definition has no row yet."""
        return self.bench(request, object_id)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if search_term:
            queryset = queryset.filter(key__icontains=search_term) | queryset.filter(name__icontains=search_term)
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"staged": self.staged(request), "list_kind": self.opts.verbose_name, **(extra_context or {})}
        return super().changelist_view(request, context)

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
        environment = obj.shown.environment
        return [status_badge(obj.shown.status), Badge(environment, "warn" if environment == "prod" else ""), *new]

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
        return []

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

    def life_buttons(self, obj: Workbench, *, draft: str = "draft") -> list[Button]:
        """Activate, retire, restore: whichever the status allows."""
        if not obj.editable:
            return []
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

    def page(self, reference: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[reference])


__all__ = ["DefinitionKindAdmin", "address", "drawn", "offered", "with_names"]
