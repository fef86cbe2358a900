"""What the policies ask for, on the page of an environment."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.approvals.queries import in_names
from apps.kernel.admin.panels import cards_on
from apps.kernel.admin.parts import Card, Link, Row, Table, table
from apps.policies.admin.listing import effect_badge
from apps.policies.core.evaluate import rules_in_order
from apps.policies.core.texts import rule_text
from apps.policies.core.vocabulary import ANY
from apps.policies.queries import active_policies


@cards_on("tenancy.environment")
def policies_in_force(_request: HttpRequest, obj: Any) -> list[Card]:
    """Every rule that is asked here, the built-in policy's among them."""
    asked = [
        (policy, rule)
        for policy in active_policies(obj.pk)
        for rule in rules_in_order(policy.content)
        if rule.get("match", {}).get("stage", ANY) in (obj.name, ANY)
        and rule.get("match", {}).get("env_id", str(obj.pk)) == str(obj.pk)
    ]
    texts = in_names(rule_text(rule) for _policy, rule in asked)
    rows = [
        Row(
            [
                policy.key if policy.version else _("%(key)s, built in") % {"key": policy.key},
                f"v{policy.version}" if policy.version else "",
                effect_badge(rule["effect"]),
                texts[rule_text(rule)],
            ],
            muted=policy.fallback,
        )
        for policy, rule in asked
    ]
    tried = Link(_("Try a decision"), reverse("admin:policies_decision_try"))
    columns = [_("Policy"), _("Version"), _("Effect"), _("Rule")]
    return [table(_("Rules in force"), Table(columns, rows), buttons=[tried])]
