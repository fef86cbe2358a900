"""What a request says about itself after each vote: whether it is met, who could still help, when it is due."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.approvals.core.clocks import clocks
from apps.approvals.models import Request
from apps.approvals.queries import tally_of_request
from apps.approvals.services.telling import notify
from apps.kernel.scope import Actor
from apps.kernel.unit import emit, start_timer, stop_timer

REMIND = "approval.remind"
ESCALATE = "approval.escalate"
EXPIRE = "approval.expire"


def recount(request: Request, *, actor: Actor, at: datetime, striking: str = "") -> None:
    """Count the votes of a locked request anew and keep the result; its authors are told when it is met.

    ``striking`` is the clock that struck, if one did.
    """
    tally = tally_of_request(request)
    request.wanted = list(tally.wanted)
    told = {"subject_type": request.subject_type, "subject_id": request.subject_id}
    if tally.is_met and request.status == Request.Status.OPEN:
        request.meet(at=at)
        stop_clocks(request, but=striking)
        emit("approval.met", subject=request, actor=actor, at=at, payload=told)
        text = _("%(name)s has the approvals it needs.") % {"name": request}
        notify(request.authors, kind="approval.met", text=text, subject=request.subject, actor=actor, at=at)
    elif not tally.is_met and request.status == Request.Status.MET:
        request.reopen()
        wind(request, span=request.due_at - request.asked_at, at=at)
        emit("approval.reopened", subject=request, actor=actor, at=at, payload=told)
    request.save()


def wind(request: Request, *, span: timedelta, at: datetime) -> None:
    """Set the three clocks from this time on; the caller saves the row."""
    struck = clocks(at, span)
    request.asked_at, request.due_at = at, struck.due_at
    request.reminded_at = request.escalated_at = None
    start_timer(REMIND, request, struck.remind_at)
    start_timer(ESCALATE, request, struck.escalate_at)
    start_timer(EXPIRE, request, struck.due_at)


def stop_clocks(request: Request, *, but: str = "") -> None:
    """A clock that is striking right now (``but``) is settled by the worker and is not to be stopped."""
    for kind in (REMIND, ESCALATE, EXPIRE):
        if kind != but:
            stop_timer(kind, request)
