"""What command forms offer, and what people call things of approvals."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Delegation, Request
from apps.approvals.queries import delegations_visible
from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.linking import labels_for, targets
from apps.kernel.admin.naming import answers, asks, called, explains
from apps.kernel.scope import current_scope
from apps.tenancy.models import Membership, Principal
from apps.tenancy.queries import members_of_tenant

OFFERED = 200

called(
    {
        "delegation.create": _("Have somebody stand in"),
        "delegation.revoke": _("End the delegation"),
        "approval.approve": _("Approve"),
        "approval.deny": _("Deny"),
        "approval.request_changes": _("Request changes"),
        "notice.read": _("Mark as read"),
        "notice.read_all": _("Mark all as read"),
        "approval.withdraw": _("Withdraw my approval"),
    }
)
answers(
    {
        "notice.read": _("Marked as read."),
        "notice.read_all": _("All notices are marked as read."),
        "delegation.create": _("It is arranged. The one who stands in for you is told."),
        "delegation.revoke": _("The delegation is ended."),
    }
)
explains(
    {
        "approval.approve": _("You vote for exactly what is asked now. Nobody approves their own work."),
        "delegation.create": _(
            "While you are away somebody else fills your place among the approvers. They need the permission to "
            "approve themselves, and do not count where either of you is an author. Your own vote takes your place "
            "back for that request. They cannot pass it on."
        ),
        "notice.read_all": _("Mark all your notices as read."),
    }
)
asks(
    {
        "delegation.create:delegate_id": (_("Who stands in"), ""),
        "delegation.create:starts_at": (_("From"), _("In UTC. Empty: from now on.")),
        "delegation.create:ends_at": (_("Until"), _("In UTC.")),
    }
)


@targets("approvals.request", "approval")
@labels_for("approvals.request")
def requests(ids: set[str]) -> dict[Any, str]:
    return {row.pk: str(row) for row in Request.objects.filter(pk__in=ids).only("number", "title")}


@targets("approvals.delegation", "delegation")
@labels_for("approvals.delegation")
def delegations(ids: set[str]) -> dict[Any, str]:
    return {row.pk: standing_in(row) for row in delegations_visible().filter(pk__in=ids)}


def standing_in(row: Delegation) -> str:
    """A delegation as people call it: who stands in for whom."""
    return str(_("%(delegate)s for %(delegator)s")) % {
        "delegate": row.delegate.name,
        "delegator": row.delegator.name,
    }


@choices_for("delegate_id")
def others(request: HttpRequest) -> list[Option]:
    """The other people of the tenant."""
    people = members_of_tenant().filter(
        status=Membership.Status.ACTIVE, principal__kind=Principal.Kind.HUMAN, principal__is_active=True
    )
    others = people.exclude(principal=current_scope().actor.id)
    return [(str(row.principal_id), row.principal.name) for row in others[:OFFERED]]
