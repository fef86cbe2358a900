"""Visitors who vote: their membership ends by the clock, and with it what they agreed to."""

from apps.approvals.models import Request
from apps.approvals.queries import standing_votes
from apps.kernel.scope import current_scope
from apps.kernel.unit import start_timer
from apps.tenancy.queries import standing_memberships

VISIT_OVER = "approval.visit_over"


def watch_visits(request: Request) -> None:
    """Have a request counted anew when the next of its voters who only visit has to go."""
    voters = standing_votes(*request.subject).order_by().values("voter_id")
    visits = standing_memberships().filter(
        tenant=current_scope().tenant_id, principal__in=voters, expires_at__isnull=False
    )
    ends_at = visits.order_by("expires_at").values_list("expires_at", flat=True).first()
    if ends_at is not None:
        start_timer(VISIT_OVER, request, ends_at)
