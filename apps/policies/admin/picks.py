"""Names of versions and decisions for those who only have an id, and what forms call their commands."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.linking import labels_for, targets
from apps.kernel.admin.naming import answers, asks, called, explains
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
        "policy.approve": _("You approved v%(number)s."),
        "policy.withdraw_approval": _("Your approval of v%(number)s is withdrawn."),
        "policy.request_changes": _("v%(number)s is back with its author, with what you asked for."),
        "policy.deny": _("v%(number)s is denied."),
        "policy.simulate": _("A worker simulates v%(number)s. Look at this page again in a moment."),
        "policy.activate": _("v%(number)s is in force."),
        "policy.request_deprecation": _("People are asked whether v%(number)s ends."),
        "policy.deprecate": _("v%(number)s is over."),
        "policy.roll_back": _("v%(number)s says the same. Simulate it to go on."),
    }
)
explains(
    {
        "policy.activate": _(
            "This version decides from now on, and the one that did is deprecated. Changes that are ready in the "
            "environment are planned anew, so they may need other approvals."
        ),
        "policy.approve": _("You vote for exactly what the page shows. Nobody who wrote it votes."),
        "policy.deny": _(
            "This is final: a version that was to come into force never does, and one that was to be ended stays in "
            "force. If you only want something done differently, request changes instead."
        ),
        "policy.deprecate": _(
            "The version decides nothing any more. Where it is in force, the built-in policy, or none of this name, "
            "takes its place, and the people whom the policies ask have to have agreed to that."
        ),
        "policy.evaluate": _("What the policies in force would say, and which rules say so. Nothing is decided."),
        "policy.request_changes": _(
            "The version goes back to its author with your comment, and votes for it are void. Nobody is asked again "
            "before it is simulated anew."
        ),
        "policy.request_deprecation": _(
            "People are asked to agree that this version ends. Whoever asks does not vote."
        ),
        "policy.roll_back": _(
            "What this version says becomes the newest version, a draft of yours. It is simulated, approved and put "
            "in force like any other."
        ),
        "policy.simulate": _(
            "A worker makes the past decisions of the environment again with this version and lists those that would "
            "come out differently. The version can be approved then."
        ),
    }
)
asks(
    {
        "policy.request_changes:comment": (_("What should be different"), ""),
        "policy.deny:comment": (_("Why"), ""),
    }
)
arrives("policy.roll_back")


@targets("policies.policyversion", "policy")
@labels_for("policies.policyversion")
def versions(ids: set[str]) -> dict[Any, str]:
    rows = PolicyVersion.objects.filter(pk__in=ids).values_list("pk", "key", "number")
    return {pk: f"{key} v{number}" for pk, key, number in rows}


@labels_for("policies.decision")
def decisions(ids: set[str]) -> dict[Any, str]:
    rows = Decision.objects.filter(pk__in=ids).values_list("pk", "action", "effect")
    return {pk: f"{action}: {effect}" for pk, action, effect in rows}
