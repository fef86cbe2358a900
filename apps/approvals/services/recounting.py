"""Rights change while votes stand: the requests they are for are counted anew, a batch at a time."""

from datetime import datetime
from operator import itemgetter
from uuid import UUID

from apps.approvals.models import Request
from apps.approvals.queries import delegates_of, requests_voted_by, requests_with_votes
from apps.approvals.services.counting import recount
from apps.approvals.services.visiting import VISIT_OVER, watch_visits
from apps.kernel import hooks
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import defer

BATCH = 200


@command("approval.recount", safety=Safety.WRITE_INTERNAL, internal=True)
def recount_requests(*, principal_id: UUID | None = None, after: UUID | None = None, actor: Actor, at: datetime) -> int:
    """Count anew what stands on votes: of one person and who stands in for them, or of anybody. Answers how many.

    What decides is counted at the merge in any case: this keeps the inbox and the pages true. One batch of requests by
    id, the rest in a further job.
    """
    if principal_id is None:
        found = requests_with_votes()
    else:
        found = requests_voted_by({principal_id, *delegates_of([principal_id])})
    if after is not None:
        found = found.filter(pk__gt=after)
    batch = list(found.values_list("pk", "subject_id")[:BATCH])
    # Several of one transaction are locked in the order of their subjects, which is that of whoever locks subjects too.
    for request_id, _subject_id in sorted(batch, key=itemgetter(1)):
        request: Request = Request.objects.lock(request_id)
        if not request.is_closed:
            recount(request, actor=actor, at=at)
    if len(batch) == BATCH:
        defer("approval.recount", principal_id=str(principal_id) if principal_id else None, after=str(batch[-1][0]))
    return len(batch)


@command(VISIT_OVER, safety=Safety.WRITE_INTERNAL, internal=True)
def recount_after_visit(request_id: UUID, *, actor: Actor, at: datetime) -> Request:
    """The time of a visitor who voted is over: what stands on the vote is counted anew."""
    request: Request = Request.objects.lock(request_id)
    if not request.is_closed:
        recount(request, actor=actor, at=at)
        watch_visits(request)
    return request


hooks.timer_kind(VISIT_OVER, VISIT_OVER)
