"""Policies as the environment at hand runs them; their rules are edited into the change in hand."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, Text, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.metadata.admin.listing import revision_table, running_in, status_badge
from apps.metadata.models import Head
from apps.metadata.queries import revisions_of
from apps.policies.admin import rules
from apps.policies.admin.environment import policies_in_force
from apps.policies.admin.listing import rules_table, versions_table
from apps.policies.core.lifecycle import State
from apps.policies.core.samples import TEMPLATES
from apps.policies.models import Policy
from apps.policies.queries import PolicyView, policies_visible, shown_policies, versions_of
from apps.tenancy.admin.badges import environment_badge
from apps.tenancy.models import Environment

SHOWN = 30


def policy_page(definition_id: UUID) -> str:
    return reverse("admin:policies_policy_change", args=[definition_id])


@admin.register(Policy)
class PolicyAdmin(CommandAdmin):
    list_display = ("label", "short_key", "in_force", "newest", "mode", "state", "since")
    list_display_links = ("label",)
    search_fields = ("key",)
    ordering = ("key", "pk")
    list_after_template = "console/in_force.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        environment = shell_of(request).environment_id
        return policies_visible(environment_id=environment) if environment else Policy.objects.none()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        for row, view in zip(rows, shown_policies(rows), strict=True):
            row.view = view
        changelist.result_list = rows
        return changelist

    def find(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, object_id)
        return shown_policies([row])[0] if row is not None else None

    @admin.display(description=gettext_lazy("name"))
    def label(self, row: Any) -> str:
        return row.name

    @admin.display(description=gettext_lazy("key"), ordering="key")
    def short_key(self, row: Policy) -> str:
        return drawn(Code(row.key))

    @admin.display(description=gettext_lazy("in force"))
    def in_force(self, row: Any) -> str:
        number = row.view.active_version
        return drawn(Badge(f"v{number}", "good") if number else Badge(_("no version"), ""))

    @admin.display(description=gettext_lazy("newest"))
    def newest(self, row: Any) -> str:
        return f"v{row.view.newest_version}" if row.view.newest_version else ""

    @admin.display(description=gettext_lazy("mode"))
    def mode(self, row: Any) -> str:
        return row.view.evaluation_mode.replace("_", " ")

    @admin.display(description=gettext_lazy("status"))
    def state(self, row: Any) -> str:
        return drawn(status_badge(row.status))

    @admin.display(description=gettext_lazy("moved"))
    def since(self, row: Any) -> str:
        return drawn(row.moved_at)

    def more_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(self.new), name="policies_policy_new"),
            path("<str:object_id>/rules/add/", wrap(self.add_rule), name="policies_rule_add"),
            path("<str:object_id>/rules/<str:rule_id>/edit/", wrap(self.edit_rule), name="policies_rule_edit"),
            path("<str:object_id>/rules/<str:rule_id>/remove/", wrap(self.remove_rule), name="policies_rule_remove"),
        ]

    def new(self, request: HttpRequest) -> HttpResponse:
        return rules.define_page(request, back=reverse("admin:policies_policy_changelist"))

    def add_rule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return rules.rule_page(request, self, object_id)

    def edit_rule(self, request: HttpRequest, object_id: str, rule_id: str) -> HttpResponse:
        return rules.rule_page(request, self, object_id, rule_id)

    def remove_rule(self, request: HttpRequest, object_id: str, rule_id: str) -> HttpResponse:
        return rules.remove(request, self, object_id, rule_id)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        environment = shell_of(request).environment_id
        found = Environment.objects.filter(pk=environment).first() if environment else None
        in_force = policies_in_force(request, found) if found else []
        return super().changelist_view(request, {"in_force": in_force, **(extra_context or {})})

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        new = reverse("admin:policies_policy_new")
        tried = reverse("admin:policies_decision_try")
        return [
            Button("", _("Try a decision"), tried, asks=True, icon="science"),
            *(
                Button("", _("Start from “%(name)s”") % {"name": one["name"]}, new, {"template": one["key"]}, asks=True)
                for one in TEMPLATES
            ),
            Button("", _("New policy"), new, asks=True, look="primary", icon="add"),
        ]

    def heading(self, obj: PolicyView) -> Text:
        return obj.name

    def lead(self, obj: PolicyView) -> Text:
        return obj.description

    def badges(self, obj: PolicyView) -> list[Badge]:
        force = (
            Badge(_("v%(number)s is in force") % {"number": obj.active_version}, "good")
            if obj.active_version
            else Badge(_("no version is in force"), "warn")
        )
        return [status_badge(obj.status), environment_badge(obj.environment), force]

    def buttons(self, request: HttpRequest, obj: PolicyView) -> list[Button | Link]:
        change = shell_of(request).change
        if change is None or not change.open:
            return [*_next_version(obj), *offered(offer("change.create", label=_("New change"), asks=True, icon="add"))]
        add = reverse("admin:policies_rule_add", args=[obj.id])
        return [*_next_version(obj), Button("", _("Add rule"), add, asks=True, look="primary", icon="add")]

    def cards(self, request: HttpRequest, obj: PolicyView) -> list[Card]:
        change = shell_of(request).change
        editable = change is not None and change.open
        content = {"rules": {str(index): rule for index, rule in enumerate(obj.rules)}}
        buttons = {rule["rule_id"]: self._rule_buttons(obj, rule["rule_id"]) for rule in obj.rules} if editable else {}
        heads = Head.objects.filter(definition=obj.id).select_related("environment").order_by("environment_id")
        history = revisions_of(obj.id).defer("content")[:SHOWN]
        return [
            table(_("Rules"), rules_table(content, buttons)),
            table(_("Versions"), versions_table(versions_of(obj.id)[:SHOWN])),
            table(_("History"), revision_table(history, running_in(heads))),
        ]

    def _rule_buttons(self, obj: PolicyView, rule_id: str) -> list[Button | Link]:
        return [
            Link(_("Edit"), reverse("admin:policies_rule_edit", args=[obj.id, rule_id])),
            Button("", _("Remove"), reverse("admin:policies_rule_remove", args=[obj.id, rule_id]), look="danger"),
        ]

    def side(self, request: HttpRequest, obj: PolicyView) -> list[Card]:
        active = obj.active_version_id
        return [
            facts(
                _("Facts"),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("Environment"), obj.environment),
                Fact(_("Type"), obj.policy_type),
                Fact(_("Mode"), obj.evaluation_mode.replace("_", " ")),
                Fact(_("Owner"), obj.owner or ""),
                Fact(
                    _("In force"),
                    Link(f"v{obj.active_version}", address("policies.policyversion", active) or "") if active else "",
                ),
                Fact(_("Revision"), f"#{obj.revision}"),
                Fact(_("Digest"), Code(obj.digest)),
            )
        ]


def _next_version(obj: PolicyView) -> list[Button]:
    """The way to the version that waits to be put in force."""
    if obj.newest_version_id is None or obj.newest_status in (State.ACTIVE, State.DEPRECATED):
        return []
    label = _("Go on with v%(number)s") % {"number": obj.newest_version}
    page = reverse("admin:policies_policyversion_change", args=[obj.newest_version_id])
    return [Button("", label, page, asks=True, look="primary", icon="arrow_forward")]
