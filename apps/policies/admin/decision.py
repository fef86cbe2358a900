"""Decisions: what the policies said of something real, why, and whether they would say it again."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.approvals.queries import in_names
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import address, subject_parts
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, Text, facts, table, who
from apps.kernel.admin.viewer import CommandAdmin, on_list
from apps.policies.admin.listing import effect_badge, obligations_text, seats_text, source_of
from apps.policies.admin.trying import try_page
from apps.policies.core.windows import Window
from apps.policies.models import Decision
from apps.policies.queries import decisions_visible, replayed, why
from apps.tenancy.admin.badges import environment_badge


@admin.register(Decision)
class DecisionAdmin(CommandAdmin):
    list_display = ("act", "about", "said", "takes", "where", "by", "since")
    list_display_links = ("act",)
    list_filter = (
        ("effect", ChoicesDropdownFilter),
        ("environment__name", ChoicesDropdownFilter),
        day_range("decided_at"),
    )
    list_filter_submit = True
    search_fields = ("action",)
    ordering = ("-decided_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        rows = decisions_visible()
        return rows.defer("inputs", "policies") if on_list(request) else rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        subjects = subject_parts((row.subject_type, str(row.subject_id)) for row in rows)
        for row in rows:
            row.subject = subjects[row.subject_type, str(row.subject_id)]
        changelist.result_list = rows
        return changelist

    def more_urls(self) -> list[URLPattern]:
        return [path("try/", self.admin_site.admin_view(self.try_one), name="policies_decision_try")]

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        address_of = reverse("admin:policies_decision_try")
        return [Button("", _("Try a decision"), address_of, asks=True, look="primary", icon="science")]

    def try_one(self, request: HttpRequest) -> HttpResponse:
        """What the policies would say."""
        return try_page(request)

    @admin.display(description=gettext_lazy("action"), ordering="action")
    def act(self, row: Decision) -> str:
        return row.action

    @admin.display(description=gettext_lazy("about"))
    def about(self, row: Any) -> str:
        return drawn(row.subject)

    @admin.display(description=gettext_lazy("decision"), ordering="effect")
    def said(self, row: Decision) -> str:
        return drawn(effect_badge(row.effect))

    @admin.display(description=gettext_lazy("takes"))
    def takes(self, row: Decision) -> str:
        return obligations_text(row.outcome)

    @admin.display(description=gettext_lazy("environment"))
    def where(self, row: Decision) -> str:
        return drawn(environment_badge(row.environment.name))

    @admin.display(description=gettext_lazy("for"))
    def by(self, row: Decision) -> str:
        return drawn(who(row.actor))

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def since(self, row: Decision) -> str:
        return drawn(row.decided_at)

    def heading(self, obj: Decision) -> Text:
        return f"{obj.action}: {effect_badge(obj.effect).text}"

    def badges(self, obj: Decision) -> list[Badge]:
        return [effect_badge(obj.effect), environment_badge(obj.environment.name)]

    def cards(self, request: HttpRequest, obj: Decision) -> list[Card]:
        reasons = why(obj)
        texts = in_names(reason.text for reason in reasons)
        rows = [
            Row(
                [
                    effect_badge(reason.effect),
                    texts[reason.text],
                    _source(reason),
                    Code(reason.rule_id),
                ]
            )
            for reason in reasons
        ]
        empty = Empty(_("No rule of any policy names this, so it is allowed."), icon="rule")
        columns = [_("Effect"), _("What it says"), _("Policy"), _("Rule")]
        inputs = json.dumps(obj.inputs, indent=2, ensure_ascii=False)
        return [
            table(_("Why"), Table(columns, rows, empty)),
            Card(_("What it was decided from"), "components/raw.html", inputs),
            asked_card(obj),
        ]

    def side(self, request: HttpRequest, obj: Decision) -> list[Card]:
        again = replayed(obj)
        same = Badge(_("the same"), "good") if again.same else Badge(_("something else"), "bad")
        subject = subject_parts([(obj.subject_type, str(obj.subject_id))])[obj.subject_type, str(obj.subject_id)]
        outcome = obj.outcome
        return [
            facts(
                _("What it takes"),
                Fact(_("Votes"), seats_text(outcome["requirement"]["seats"]) or _("none")),
                Fact(_("When"), "; ".join(Window.from_dict(one).text() for one in outcome["windows"])),
                Fact(_("Tests"), _("have to pass") if outcome["tests_required"] else ""),
                Fact(_("Separation of duties"), _("yes") if outcome["separation_of_duties"] else ""),
            ),
            facts(
                _("Facts"),
                Fact(_("About"), subject),
                Fact(_("For"), who(obj.actor)),
                Fact(_("Decided"), obj.decided_at),
                Fact(_("Decided again now"), same),
                Fact(_("Digest"), Code(obj.digest)),
                Fact(_("Correlation"), Code(obj.correlation_id)),
            ),
        ]


def _source(reason: Any) -> Link | str:
    text = source_of({"policy_key": reason.policy_key, "version": reason.version})
    if reason.version_id is None:
        return text
    return Link(text, address("policies.policyversion", reason.version_id) or "")


def asked_card(obj: Decision) -> Card:
    """The policies that were asked, also those that said nothing."""
    rows = [
        Row(
            [source_of({"policy_key": one["key"], "version": one["version"]}), Code(one["digest"][:12])],
            muted=one["fallback"],
        )
        for one in obj.policies
    ]
    return table(_("Policies asked"), Table([_("Policy"), _("Digest")], rows))
