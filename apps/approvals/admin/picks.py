"""What command forms offer, and what people call things of approvals."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.approvals.models import Delegation, Request
from apps.approvals.queries import delegations_visible
from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.linking import labels_for
from apps.kernel.admin.naming import answers, called
from apps.kernel.scope import current_scope
from apps.tenancy.models import Membership, Principal
from apps.tenancy.queries import members_of_tenant

OFFERED = 200

called(
    {
        "delegation.create": _("Have somebody stand in"),
        "delegation.revoke": _("Revoke delegation"),
        "notice.read": _("Mark as read"),
        "notice.read_all": _("Mark all as read"),
        "approval.withdraw": _("Withdraw my approval"),
    }
)
answers({"notice.read": _("Marked as read."), "notice.read_all": _("All notices are marked as read.")})


@labels_for("approvals.request")
def requests(ids: set[str]) -> dict[Any, str]:
    return {row.pk: str(row) for row in Request.objects.filter(pk__in=ids).only("number", "title")}


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
