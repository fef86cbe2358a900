"""Names of versions and decisions for those who only have an id, and what forms call their commands."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.linking import labels_for
from apps.kernel.admin.naming import answers, called
from apps.kernel.admin.pages import arrives
from apps.policies.models import Decision, PolicyVersion

called(
    {
        "policy.simulate": _("Simulate"),
        "policy.approve": _("Approve"),
        "policy.withdraw_approval": _("Withdraw my approval"),
        "policy.request_changes": _("Request changes"),
        "policy.deny": _("Deny"),
        "policy.activate": _("Put in force"),
        "policy.deprecate": _("Deprecate"),
        "policy.request_deprecation": _("Ask to deprecate"),
        "policy.roll_back": _("Roll back to this version"),
        "policy.evaluate": _("Try a decision"),
    }
)
answers(
    {
        "policy.simulate": _("A worker simulates v%(number)s. Look at this page again in a moment."),
        "policy.activate": _("v%(number)s is in force."),
        "policy.request_deprecation": _("People are asked whether v%(number)s ends."),
        "policy.deprecate": _("v%(number)s is over."),
        "policy.roll_back": _("v%(number)s says the same. Simulate it to go on."),
    }
)
arrives("policy.roll_back")


@labels_for("policies.policyversion")
def versions(ids: set[str]) -> dict[Any, str]:
    rows = PolicyVersion.objects.filter(pk__in=ids).values_list("pk", "key", "number")
    return {pk: f"{key} v{number}" for pk, key, number in rows}


@labels_for("policies.decision")
def decisions(ids: set[str]) -> dict[Any, str]:
    rows = Decision.objects.filter(pk__in=ids).values_list("pk", "action", "effect")
    return {pk: f"{action}: {effect}" for pk, action, effect in rows}
