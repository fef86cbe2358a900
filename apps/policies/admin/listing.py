"""Badges and tables that the pages of policies share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.approvals.queries import in_names
from apps.kernel.admin.linking import page_of, subject_parts
from apps.kernel.admin.parts import Badge, Button, Code, Empty, Link, Row, Stack, Table
from apps.policies.core.evaluate import rules_in_order
from apps.policies.core.texts import match_text, requirements_text, subjects_text
from apps.policies.models import PolicyVersion
from apps.policies.queries import seats_nobody_fills
from apps.tenancy.admin.badges import environment_badge

EFFECTS: dict[str, Any] = {"allow": "good", "require_approval": "warn", "deny": "bad"}
STATES: dict[str, Any] = {"draft": "info", "simulated": "info", "approved": "accent", "active": "good"}


def effect_badge(effect: str) -> Badge:
    words = {"allow": _("allow"), "require_approval": _("approval"), "deny": _("deny")}
    return Badge(words.get(effect, effect), EFFECTS.get(effect, ""))


def state_badge(status: str) -> Badge:
    words = {
        "draft": _("draft"),
        "simulated": _("simulated"),
        "approved": _("approved"),
        "active": _("active"),
        "deprecated": _("deprecated"),
    }
    return Badge(words.get(status, status), STATES.get(status, ""))


def rules_table(content: Mapping[str, Any], buttons: Mapping[str, Sequence[Button | Link]] | None = None) -> Table:
    """The rules in the order they are read, with the seats that nobody fills today; ``buttons`` are by rule id."""
    warnings: dict[str, list[str]] = {}
    for finding in seats_nobody_fills({"": content}).get("", ()):
        warnings.setdefault(finding.details["rule"], []).append(finding.message)
    rules = [
        (rule, match_text(rule.get("match", {})), requirements_text(rule.get("requirements", {})))
        for rule in rules_in_order(content)
    ]
    texts = in_names(text for _rule, *said in rules for text in said)
    rows = [
        Row(
            [
                str(rule["priority"]),
                Stack(Code(rule["rule_id"]), rule["description"]) if "description" in rule else Code(rule["rule_id"]),
                effect_badge(rule["effect"]),
                texts[matched],
                Stack(texts[needed], " ".join(warnings[rule["rule_id"]]))
                if rule["rule_id"] in warnings
                else texts[needed],
            ],
            buttons=(buttons or {}).get(rule["rule_id"], ()),
        )
        for rule, matched, needed in rules
    ]
    empty = Empty(_("No rules yet"), _("A policy without rules says nothing."), icon="rule")
    return Table([_("Priority"), _("Rule"), _("Effect"), _("Matches"), _("Asks for")], rows, empty)


def versions_table(versions: Iterable[PolicyVersion]) -> Table:
    shown = list(versions)
    changes = subject_parts(("changes.change", str(row.change_id)) for row in shown)
    rows = [
        Row(
            [
                Link(f"v{row.number}", page_of(row)),
                environment_badge(row.environment.name),
                state_badge(row.status),
                row.reason or changes["changes.change", str(row.change_id)],
                row.created_at,
                row.activated_at or "",
            ],
            muted=row.status == "deprecated",
        )
        for row in shown
    ]
    empty = Empty(_("No versions yet"), _("Merging a change that writes the policy makes one."), icon="history")
    columns = [_("Version"), _("Environment"), _("Status"), _("Made by"), _("Made"), _("In force since")]
    return Table(columns, rows, empty)


def matches_table(matches: Iterable[Mapping[str, Any]]) -> Table:
    """The rules that decided, as a judgement holds them."""
    decided = list(matches)
    texts = in_names(match["text"] for match in decided)
    rows = [
        Row([effect_badge(match["effect"]), texts[match["text"]], source_of(match), Code(match["rule_id"])])
        for match in decided
    ]
    empty = Empty(_("No rule of any policy names this, so it is allowed."), icon="rule")
    return Table([_("Effect"), _("What it says"), _("Policy"), _("Rule")], rows, empty)


def source_of(match: Mapping[str, Any]) -> str:
    if match["version"] == 0:
        return _("%(key)s, built in") % {"key": match["policy_key"]}
    return f"{match['policy_key']} v{match['version']}"


def outcome_text(outcome: Mapping[str, Any]) -> str:
    """An outcome in a line: the effect and what it takes."""
    said, takes = str(effect_badge(outcome["effect"]).text), obligations_text(outcome)
    return f"{said}: {takes}" if takes else said


def obligations_text(outcome: Mapping[str, Any]) -> str:
    """What an outcome takes, in a line; what is denied takes nothing."""
    if outcome["effect"] == "deny":
        return ""
    votes = outcome["requirement"]["votes"]
    parts = [
        ngettext("%(count)s vote", "%(count)s votes", votes) % {"count": votes} if votes else "",
        _("tests") if outcome["tests_required"] else "",
        _("another hand") if outcome["separation_of_duties"] else "",
        _("at certain hours") if outcome["windows"] else "",
    ]
    return ", ".join(part for part in parts if part)


def seats_text(seats: Iterable[Mapping[str, Any]]) -> str:
    """Places in words."""
    text = ", ".join(f"{seat['count']} of {subjects_text(seat['any_of'])}" for seat in seats)
    return in_names([text])[text]
