"""The approvals inbox, delegations and notices over REST."""

from collections.abc import Sequence
from typing import Any

from apps.approvals import queries
from apps.approvals.api.filters import WAITING, DelegationFilters, NoticeFilters, RequestFilters
from apps.approvals.api.representations import (
    DelegationOut,
    NoticeOut,
    ReadOut,
    RequestDetailOut,
    RequestOut,
    WaitingOut,
)
from apps.approvals.api.showing import in_detail, shown
from apps.approvals.models import Request
from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.paging import MAX_LIMIT
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor

#: Which subject types the console's overview puts where.
GROUPS = {
    "changes": "changes.change",
    "policies": "policies.policyversion",
    "workflow_steps": "workflows.stepexecution",
    "proposals": "agents.proposal",
    "promotions": "packages.promotion",
}


def requests(_actor: Actor) -> Any:
    return queries.requests_visible()


def delegations(_actor: Actor) -> Any:
    return queries.delegations_visible()


class ApprovalViewSet(ScopedViewSet):
    """One inbox for everything that waits for people's agreement.

    The list holds what waits for you: what your vote would help, by what you are, what you may and whose places you
    were lent. With `status` it holds the requests of everybody. Deciding gives the command of the subject itself, under
    the subject's own permission.
    """

    queryset_from = requests
    serializer_class = RequestOut
    detail_serializer_class = RequestDetailOut
    ordering = ("-opened_at", "-id")
    filterset_class = RequestFilters
    commands = {
        "approve": "approval.approve",
        "deny": "approval.deny",
        "request-changes": "approval.request_changes",
        "withdraw": "approval.withdraw",
    }

    def list(self) -> Any:
        """List what waits for your approval, the newest first; with `status` that of everybody."""
        is_inbox = self.request.GET.get("status", WAITING) == WAITING
        found = queries.waiting_for(self.actor) if is_inbox else queries.requests_visible()
        # People and environments are shown by id: their rows stay where they are.
        return found.select_related(None)

    def retrieve(self, found: Request) -> Any:
        """Show what is asked, why, of whom, and everything people said."""
        return in_detail(found)

    def present(self, write: Write, result: Any) -> Any:
        return in_detail(result)

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return shown(rows)


class WaitingViewSet(ScopedViewSet):
    """All that waits for a human."""

    @reads("approvals", WaitingOut, detail=False, permission="admin.view")
    def approvals(self) -> Any:
        """List all that waits for a human, by what it is about."""
        waiting = queries.requests_visible().filter(status=Request.Status.OPEN).order_by("opened_at", "id")
        rows = list(waiting[: MAX_LIMIT + 1])
        items = shown(rows[:MAX_LIMIT])
        grouped = {
            name: [item for item in items if item["subject_type"] == subject_type]
            for name, subject_type in GROUPS.items()
        }
        return {**grouped, "is_complete": len(rows) <= MAX_LIMIT}


class DelegationViewSet(ScopedViewSet):
    """Who stands in for whom, and did.

    A delegation lends a place in a role or a team, not a permission. It never counts where either of the two is an
    author, and is not passed on.
    """

    queryset_from = delegations
    serializer_class = DelegationOut
    ordering = ("-created_at", "-id")
    filterset_class = DelegationFilters
    create_command = "delegation.create"
    commands = {"revoke": "delegation.revoke"}


class NoticeViewSet(ScopedViewSet):
    """What you were told. Nobody reads another's notices."""

    queryset_from = queries.notices_of
    serializer_class = NoticeOut
    ordering = ("-created_at", "-id")
    filterset_class = NoticeFilters
    commands = {"read": "notice.read"}
    collection_commands = {"read-all": Write("notice.read_all", shows=ReadOut)}

    def present(self, write: Write, result: Any) -> Any:
        return {"read": result} if isinstance(result, int) else result
