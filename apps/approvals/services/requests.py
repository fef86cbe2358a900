"""Asking for approval, and the end of the question."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.approvals.core.clocks import span_of
from apps.approvals.core.requirement import Kept, Requirement
from apps.approvals.core.subjects import subject_type as subject_type_named
from apps.approvals.models import Request
from apps.approvals.queries import stood_in_for, tally_of_request
from apps.approvals.services.counting import recount, stop_clocks, wind
from apps.approvals.services.telling import notify
from apps.approvals.services.voting import end_votes, lock_request
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

#: What its authors are told when a request ends like this.
ENDINGS = {
    Request.Outcome.DENIED: _("%(name)s was denied: %(reason)s"),
    Request.Outcome.CHANGES_REQUESTED: _("%(name)s was sent back for changes: %(reason)s"),
    Request.Outcome.EXPIRED: _("Nobody decided about %(name)s in time. It needs to be checked in again."),
}


def open_request(
    subject_type: str,
    subject_id: UUID,
    *,
    title: str,
    number: str = "",
    digest: str,
    requirement: Requirement,
    reasons: Sequence[Mapping[str, Any]] = (),
    authors: Collection[UUID],
    environment_id: UUID | None = None,
    permission: str,
    deadline_hours: int | None = None,
    reason: str = "replanned",
    actor: Actor,
    at: datetime,
) -> Request | None:
    """Ask for what the requirement says about this digest of a subject the caller has locked.

    Asked again for the same it changes nothing that counts. Asked for another digest or requirement, the votes given
    are void for ``reason``, their voters are told, and the clocks start anew. Where no seat is to be filled nobody is
    asked, an open request is superseded, and the answer is None. ``reasons``: which rule of which policy says so.
    """
    subject_type_named(subject_type)
    if requirement.votes == 0:
        close_request(subject_type, subject_id, outcome=Request.Outcome.SUPERSEDED, actor=actor, at=at)
        return None
    asked: dict[str, Any] = {
        "title": title[:200],
        "number": number,
        "environment_id": environment_id,
        "permission": permission,
        "digest": digest,
        "requirement": requirement.as_dict(),
        "reasons": [dict(one) for one in reasons],
        "authors": sorted(authors),
    }
    request = lock_request(subject_type, subject_id)
    is_new = request is None
    if request is None:
        request = Request(
            subject_type=subject_type, subject_id=subject_id, opened_by_id=actor.id, opened_at=at, **asked
        )
    elif all(getattr(request, name) == value for name, value in asked.items()):
        return request
    is_another = is_new or request.digest != digest or request.requirement != asked["requirement"]
    if is_another and not is_new:
        end_votes(subject_type, subject_id, request, reason=reason, actor=actor, at=at)
    for name, value in asked.items():
        setattr(request, name, value)
    if is_another:
        _ask(request, is_new=is_new, deadline_hours=deadline_hours, actor=actor, at=at)
    recount(request, actor=actor, at=at)
    return request


def close_request(
    subject_type: str,
    subject_id: UUID,
    *,
    outcome: str,
    reason: str = "",
    actor: Actor,
    at: datetime,
    striking: str = "",
) -> Request | None:
    """End the question about a subject the caller has locked; None when nothing was asked.

    Votes for what was granted stay as they are, and who sat where is kept; otherwise they are void and their voters
    are told. Its authors are told of a denial, of changes asked for and of a deadline. ``striking`` is the clock that
    struck, if one did.
    """
    request = lock_request(subject_type, subject_id)
    if request is None:
        return None
    if outcome not in Request.GRANTED:
        end_votes(subject_type, subject_id, request, reason=outcome, actor=actor, at=at)
    else:
        found = tally_of_request(request)
        request.seated = Kept(found, stood_in_for(found)).as_dicts()
    request.wanted = []
    request.close(outcome=outcome, reason=reason[:2_000], by=actor.id, at=at)
    request.save()

    stop_clocks(request, but=striking)
    told = {"subject_type": subject_type, "subject_id": subject_id, "outcome": outcome, "reason": reason[:2_000]}
    emit("approval.closed", subject=request, actor=actor, at=at, payload=told)
    sentence = ENDINGS.get(Request.Outcome(outcome))
    if sentence is not None:
        text = sentence % {"name": request, "reason": reason}
        notify(request.authors, kind=f"approval.{outcome}", text=text, subject=request.subject, actor=actor, at=at)
    return request


def _ask(request: Request, *, is_new: bool, deadline_hours: int | None, actor: Actor, at: datetime) -> None:
    """Start the clocks and tell it; the caller counts and saves."""
    if request.status == Request.Status.MET:
        request.reopen()
    wind(request, span=span_of(deadline_hours), at=at)
    told = {
        "subject_type": request.subject_type,
        "subject_id": request.subject_id,
        "digest": request.digest,
        "votes": request.seats.votes,
        "due_at": request.due_at,
    }
    name = "approval.requested" if is_new else "approval.renewed"
    emit(name, subject=request, actor=actor, at=at, payload=told)
