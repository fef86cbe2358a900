"""The clocks of a request: a reminder, an escalation, a deadline. Struck twice or too late they do nothing."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.access.core.roles import OWNER
from apps.access.core.subjects import role_subject
from apps.access.queries import people_who_are, people_who_may
from apps.approvals.core.clocks import clocks
from apps.approvals.core.requirement import ANYBODY, Tally
from apps.approvals.core.subjects import subject_type
from apps.approvals.models import Request
from apps.approvals.queries import delegates_of, tally_of_request
from apps.approvals.services.counting import ESCALATE, EXPIRE, REMIND, recount
from apps.approvals.services.requests import close_request
from apps.approvals.services.telling import notify
from apps.kernel import hooks
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit


@command(REMIND, safety=Safety.WRITE_INTERNAL, internal=True)
def remind_of_request(request_id: UUID, *, actor: Actor, at: datetime) -> Request:
    """Tell those who could still help that a request waits for them."""
    request: Request = Request.objects.lock(request_id)
    clock = clocks(request.asked_at, request.due_at - request.asked_at)
    if request.status != Request.Status.OPEN or request.reminded_at is not None or at < clock.remind_at:
        return request
    request.reminded_at = at
    request.save(update_fields=["reminded_at"])
    tally = tally_of_request(request)
    text = _("%(name)s waits for your approval.") % {"name": request}
    _tell(request, "approval.reminded", people_asked(request, tally), text, actor=actor, at=at)
    return request


@command(ESCALATE, safety=Safety.WRITE_INTERNAL, internal=True)
def escalate_request(request_id: UUID, *, actor: Actor, at: datetime) -> Request:
    """Tell the owners of the tenant and the authors that a request is still without an answer."""
    request: Request = Request.objects.lock(request_id)
    clock = clocks(request.asked_at, request.due_at - request.asked_at)
    if request.status != Request.Status.OPEN or request.escalated_at is not None or at < clock.escalate_at:
        return request
    request.escalated_at = at
    request.save(update_fields=["escalated_at"])
    people = {*people_who_are([role_subject(OWNER)]), *request.authors}
    text = _("Nobody has decided about %(name)s yet. Its time runs out at %(due)s.") % {
        "name": request,
        "due": request.due_at.strftime("%Y-%m-%d %H:%M UTC"),
    }
    _tell(request, "approval.escalated", people, text, actor=actor, at=at)
    return request


@command(EXPIRE, safety=Safety.WRITE_INTERNAL, internal=True)
def expire_request(request_id: UUID, *, actor: Actor, at: datetime) -> Request:
    """End a request nobody decided about in time: its votes are void, and its subject is told through a hook.

    The subject is locked before the request, as everybody does. Rights that came back unnoticed are noticed now.
    """
    request: Request = Request.objects.one(request_id)
    subject_type(request.subject_type).lock(request.subject_id)
    request = Request.objects.lock(request_id)
    if request.status != Request.Status.OPEN or at < request.due_at:
        return request
    recount(request, actor=actor, at=at, striking=EXPIRE)
    if request.status == Request.Status.MET:
        return request

    told = {"subject_type": request.subject_type, "subject_id": request.subject_id}
    emit("approval.expired", subject=request, actor=actor, at=at, payload=told)
    close_request(*request.subject, outcome=Request.Outcome.EXPIRED, actor=actor, at=at, striking=EXPIRE)
    for _answer in hooks.run("approvals.expired", **told, actor=actor, at=at):
        pass
    return Request.objects.one(request_id)


def people_asked(request: Request, tally: Tally) -> set[UUID]:
    """The people whose vote would fill a further seat now, those who stand in for one of them included."""
    able = people_who_may(request.permission)
    asked = able if ANYBODY in tally.wanted else people_who_are(tally.wanted) & able
    asked |= delegates_of(asked - set(request.authors)) & able
    return asked - set(request.authors) - set(tally.voters)


def _tell(request: Request, event: str, people: set[UUID], text: str, *, actor: Actor, at: datetime) -> None:
    told = notify(people, kind=event, text=text, subject=request.subject, actor=actor, at=at)
    about = {"subject_type": request.subject_type, "subject_id": request.subject_id, "told": len(told)}
    emit(event, subject=request, actor=actor, at=at, payload=about)


# A clock is named like the command it gives.
for kind in (REMIND, ESCALATE, EXPIRE):
    hooks.timer_kind(kind, kind)
