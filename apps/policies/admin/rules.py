"""The forms that write policies: a rule each, staged into the change in hand."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from apps.kernel.admin.linking import address
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.errors import InvalidInput
from apps.kernel.scope import scope_transaction
from apps.metadata.admin.staging import Decide, Intent, ask, press, staging
from apps.policies.core.content import KEY_PATTERN, Day
from apps.policies.core.payloads import RulePayload
from apps.policies.core.samples import TEMPLATES
from apps.policies.core.vocabulary import ANY, KIND
from apps.policies.queries import PolicyView

MATCHED = ("action", "stage", "resource_type", "risk", "reversibility", "actor_kind", "actor")
SEAT = re.compile(r"^(?P<more>\+)?(?P<count>\d+)\s*(?:of\s+)?(?P<who>.*)$")


class RuleQuestions(BaseModel):
    """A rule as people write it."""

    effect: Literal["allow", "require_approval", "deny"] = "require_approval"
    priority: int = Field(default=100, description="The lowest is read first.")
    action: str = Field(default="*", description="A command or an action type; * stands for anything.")
    stage: Literal["any", "dev", "test", "prod"] = "any"
    resource_type: str = Field(default="any", description="A kind of definition, such as record_type.")
    risk: Literal["any", "low", "medium", "high"] = "any"
    reversibility: Literal["any", "lossless", "lossy", "irreversible"] = "any"
    actor_kind: Literal["any", "human", "agent", "service"] = "any"
    actor: list[str] = Field(default=[], title="Actor is any of", description="Such as role:Editor, one a line.")
    approvals: list[str] = Field(
        default=[],
        description="One group a line: “2”, “1 of role:Owner, team:…”, or “+1” for one more than all else asks for.",
    )
    tests_required: bool = False
    separation_of_duties: bool = Field(default=False, description="Its author does not carry it out.")
    deadline_hours: int | None = Field(default=None, description="How long the approval may take.")
    opens: str = Field(default="", description="Such as 08:00. Empty: at any hour.")
    closes: str = Field(default="", description="Such as 17:00.")
    timezone: str = "UTC"
    days: list[Day] = Field(default=[], description="None chosen: every day.")
    description: str = ""


class RuleName(BaseModel):
    rule_id: str = Field(title="Name", description="Lower-case letters, digits, dots and dashes. It never changes.")


class NewRuleQuestions(RuleQuestions, RuleName):
    """The same, after its name."""


class PolicyQuestions(BaseModel):
    """A new policy."""

    key: str = Field(description="Lower-case letters, digits and underscores. It never changes.")
    name: str = Field(description="What people see.")
    evaluation_mode: Literal["first_match", "deny_overrides", "collect_requirements"] = "first_match"
    description: str = ""
    owner: str = Field(default="", description="Such as role:Owner.")
    rules: list[RulePayload] = Field(
        default=[], description="Rules to start with, as JSON. The next page has a form for one at a time."
    )


def define_page(request: HttpRequest, *, back: str) -> HttpResponse:
    """A new policy, from a template when the address names one; its rules come next."""
    template: dict[str, Any] = next((one for one in TEMPLATES if one["key"] == request.GET.get("template")), {})

    def decide(given: dict[str, Any]) -> Intent:
        payload = {name: value for name, value in given.items() if value not in (None, "")}
        return staging(KIND, given["key"], "define", payload)

    def rules_next(staged: Intent) -> str:
        return reverse("admin:policies_rule_add", args=[staged.inputs["payload"]["key"]])

    return ask(
        request, PolicyQuestions, title=_("New policy"), back=back, decide=decide, initial=template, then=rules_next
    )


def rule_page(request: HttpRequest, owner: CommandAdmin, object_id: str, rule_id: str | None = None) -> HttpResponse:
    """A new rule, or another form of one there is."""
    if rule_id is None and re.match(KEY_PATTERN, object_id):
        return _first_rules(request, object_id)
    policy = _policy(request, owner, object_id)
    back = reverse("admin:policies_policy_change", args=[policy.id])
    if rule_id is None:
        title = _("Add a rule to %(name)s") % {"name": policy.name}
        return ask(request, NewRuleQuestions, title=title, back=back, decide=_adding(policy.key))
    held = next((rule for rule in policy.rules if rule["rule_id"] == rule_id), None)
    if held is None:
        raise Http404(rule_id)

    def altered(given: dict[str, Any]) -> Intent | None:
        wanted = rule_from(given)
        before = {"match": {}, "requirements": {}, "description": "", **held}
        changed = {name: value for name, value in wanted.items() if value != before[name]}
        return staging(KIND, policy.key, "set_rule", {"rule": rule_id, **changed}) if changed else None

    title = _("Edit rule %(rule)s") % {"rule": rule_id}
    return ask(request, RuleQuestions, title=title, back=back, decide=altered, initial=answers_of(held))


def _first_rules(request: HttpRequest, key: str) -> HttpResponse:
    """Rules of a policy that the change in hand defines: one after the other, until they are done."""
    change = shell_of(request).change
    back = (change and address("changes.change", change.id)) or reverse("admin:policies_policy_changelist")
    title = _("Add a rule to %(name)s") % {"name": key}
    return ask(
        request,
        NewRuleQuestions,
        title=title,
        back=back,
        decide=_adding(key),
        then=lambda _staged: request.path,
        leave=_("Done"),
    )


def _adding(key: str) -> Decide:
    def added(given: dict[str, Any]) -> Intent:
        return staging(KIND, key, "add_rule", {"rule_id": given["rule_id"], **rule_from(given)})

    return added


def remove(request: HttpRequest, owner: CommandAdmin, object_id: str, rule_id: str) -> HttpResponse:
    """A button without a form."""
    if request.method != "POST":
        raise Http404(rule_id)
    policy = _policy(request, owner, object_id)
    back = reverse("admin:policies_policy_change", args=[policy.id])
    return press(request, lambda: staging(KIND, policy.key, "remove_rule", {"rule": rule_id}), back)


def rule_from(given: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that the answers make. Raises ``InvalidInput`` for a line of approvals that says nothing."""
    match = {name: given[name] for name in MATCHED if given.get(name) not in (None, "", [], ANY)}
    if match.get("action") == "*":
        del match["action"]
    asked: dict[str, Any] = {}
    if given.get("approvals"):
        asked["approvals"] = [seats_from(line) for line in given["approvals"]]
    for name in ("tests_required", "separation_of_duties", "deadline_hours"):
        if given.get(name):
            asked[name] = given[name]
    if given.get("opens") or given.get("closes"):
        asked["time_window"] = {
            "timezone": given.get("timezone") or "UTC",
            "opens": given.get("opens") or "00:00",
            "closes": given.get("closes") or "00:00",
            **({"days": given["days"]} if given.get("days") else {}),
        }
    return {
        "effect": given["effect"],
        "priority": given["priority"] if given.get("priority") is not None else 100,
        "match": match,
        "requirements": asked,
        "description": given.get("description") or "",
    }


def seats_from(line: str) -> dict[str, Any]:
    """“+1 of role:Owner, team:…” as a group of seats."""
    read = SEAT.match(line.strip())
    if read is None:
        message = _("“%(line)s” is no group. Write “2”, “1 of role:Owner” or “+1”.") % {"line": line}
        raise InvalidInput(message, errors=[{"path": "/approvals", "message": message}])
    people = [one for one in re.split(r"[\s,]+(?:or\s+)?", read["who"].strip()) if one and one != "or"]
    return {
        "min": int(read["count"]),
        **({"from_any_of": sorted(set(people))} if people else {}),
        **({"additional": True} if read["more"] else {}),
    }


def lines_of(approvals: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same the other way round."""
    return [
        f"{'+' if one.get('additional') else ''}{one['min']}"
        + (f" of {', '.join(one['from_any_of'])}" if one.get("from_any_of") else "")
        for one in approvals
    ]


def answers_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as the form shows it."""
    asked = rule.get("requirements", {})
    window = asked.get("time_window", {})
    return {
        "effect": rule["effect"],
        "priority": rule["priority"],
        "description": rule.get("description", ""),
        **rule.get("match", {}),
        **{name: asked[name] for name in ("tests_required", "separation_of_duties", "deadline_hours") if name in asked},
        "approvals": lines_of(asked.get("approvals", ())),
        **{name: window[name] for name in ("opens", "closes", "timezone", "days") if name in window},
    }


def _policy(request: HttpRequest, owner: CommandAdmin, object_id: str) -> PolicyView:
    with scope_transaction(durable=False):
        found: Any = owner.find(request, object_id)
    if found is None:
        raise Http404(object_id)
    policy: PolicyView = found
    return policy
