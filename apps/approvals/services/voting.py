"""Votes: cast, withdrawn by the voter, voided by what happened to the subject; and the two refusals.

The subject's own service holds the lock of the subject and decides what its digest is; here a vote is only kept
honest: human, no author's, for what is asked, one standing vote per person, never rewritten.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.approvals.core.places import places_lent
from apps.approvals.errors import AlreadyVoted, NoOpenRequest, NoStandingVote, OnlyPeopleVote, OwnWork, RequestMoved
from apps.approvals.models import Request, Vote
from apps.approvals.queries import present_now, requests_of, standing_votes
from apps.approvals.services.counting import recount
from apps.approvals.services.telling import notify
from apps.approvals.services.visiting import watch_visits
from apps.kernel import hooks
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

#: Why votes fell, for people. Another word of a subject's own is shown as it is.
REASONS = {
    "edited": _("it was edited"),
    "head_moved": _("what it builds on has moved"),
    "policy_changed": _("a policy has changed"),
    "replanned": _("it does something else now"),
    "withdrawn": _("it was taken back into work"),
    "denied": _("it was denied"),
    "changes_requested": _("somebody asked for changes"),
    "expired": _("its time ran out"),
    "superseded": _("its approval is not needed any more"),
}


def lock_request(subject_type: str, subject_id: UUID) -> Request | None:
    """The request of a subject that is not closed, locked. The subject is locked before."""
    found: Request | None = (
        Request.objects.select_for_update(no_key=True, of=("self",))
        .filter(subject_type=subject_type, subject_id=subject_id)
        .exclude(status=Request.Status.CLOSED)
        .first()
    )
    return found


def lock_requests(subject_type: str, subject_ids: Collection[UUID]) -> None:
    """Lock what is asked about several subjects, all of them locked before. Always in the order of the subjects, which
    is that of whoever counts anew: so that neither waits for the other in a circle."""
    asked = Request.objects.filter(subject_type=subject_type, subject_id__in=subject_ids)
    asked = asked.exclude(status=Request.Status.CLOSED).order_by("subject_id")
    list(asked.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def cast_vote(
    subject_type: str,
    subject_id: UUID,
    *,
    digest: str,
    evidence: Mapping[str, Any],
    comment: str = "",
    actor: Actor,
    at: datetime,
) -> Vote:
    """Stand behind exactly this digest of the subject.

    Raises ``OnlyPeopleVote`` for agents and services, ``NoOpenRequest`` when nobody is asked, ``OwnWork`` for authors,
    ``RequestMoved`` for another digest, ``AlreadyVoted`` when a vote of the person stands.
    """
    _refuse_machines(actor)
    request = lock_request(subject_type, subject_id)
    if request is None:
        raise NoOpenRequest
    if actor.id in request.authors:
        raise OwnWork
    if digest != request.digest:
        raise RequestMoved(current=request.digest)
    if standing_votes(subject_type, subject_id).filter(voter_id=actor.id).exists():
        raise AlreadyVoted

    vote = Vote.objects.create(
        request=request,
        subject_type=subject_type,
        subject_id=subject_id,
        digest=digest,
        voter_id=actor.id,
        voter_kind=actor.kind,
        comment=comment,
        evidence={**evidence, **_places(request, actor)},
        cast_at=at,
    )
    recount(request, actor=actor, at=at)
    watch_visits(request)
    return vote


def withdraw_vote(subject_type: str, subject_id: UUID, *, actor: Actor, at: datetime) -> Vote:
    """Take back one's own standing vote, while the request is not closed. Raises ``NoStandingVote``."""
    request = lock_request(subject_type, subject_id)
    vote = standing_votes(subject_type, subject_id).filter(voter_id=actor.id).first()
    if vote is None or request is None:
        raise NoStandingVote

    vote.withdrawn_at = at
    vote.save(update_fields=["withdrawn_at"])
    recount(request, actor=actor, at=at)
    return vote


def void_votes(subject_type: str, subject_id: UUID, *, reason: str, actor: Actor, at: datetime) -> tuple[UUID, ...]:
    """End every standing vote on the subject, tell its voters, and answer whose they were."""
    request = lock_request(subject_type, subject_id)
    voters = end_votes(subject_type, subject_id, request, reason=reason, actor=actor, at=at)
    if voters and request is not None:
        recount(request, actor=actor, at=at)
    return voters


def end_votes(
    subject_type: str, subject_id: UUID, request: Request | None, *, reason: str, actor: Actor, at: datetime
) -> tuple[UUID, ...]:
    """The same without counting anew, for a caller that goes on with the locked request."""
    standing = standing_votes(subject_type, subject_id)
    voters = tuple(standing.values_list("voter_id", flat=True))
    if not voters:
        return ()
    standing.order_by().update(voided_at=at, void_reason=reason)

    # The request of what was granted is closed, and its subject can void the votes all the same.
    name = request or requests_of(subject_type, subject_id).last() or subject_id
    about: Any = request if request is not None else (subject_type, subject_id)
    told = {"subject_type": subject_type, "subject_id": subject_id, "reason": reason, "voters": sorted(voters)}
    emit("approval.votes_voided", subject=about, actor=actor, at=at, payload=told)
    text = _("Your approval of %(name)s does not count any more: %(why)s.") % {
        "name": name,
        "why": REASONS.get(reason, reason),
    }
    notify(voters, kind="approval.votes_voided", text=text, subject=(subject_type, subject_id), actor=actor, at=at)
    for _answer in hooks.run(
        "approvals.votes_voided",
        subject_type=subject_type,
        subject_id=subject_id,
        reason=reason,
        voters=voters,
        actor=actor,
        at=at,
    ):
        pass
    return voters


def keep_refusal(
    subject_type: str,
    subject_id: UUID,
    *,
    decision: str,
    digest: str,
    comment: str,
    authors: Collection[UUID],
    evidence: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Vote:
    """Keep a person's no, or not like this, with its reason. The subject's service then closes the request.

    It needs no open request: what waits for nobody's approval can be refused as well.
    """
    _refuse_machines(actor)
    if actor.id in authors:
        raise OwnWork
    return Vote.objects.create(
        request=lock_request(subject_type, subject_id),
        subject_type=subject_type,
        subject_id=subject_id,
        digest=digest,
        decision=decision,
        voter_id=actor.id,
        voter_kind=actor.kind,
        comment=comment,
        evidence=dict(evidence),
        cast_at=at,
    )


def _refuse_machines(actor: Actor) -> None:
    if actor.kind != Vote.HUMAN:
        raise OnlyPeopleVote


def _places(request: Request, actor: Actor) -> dict[str, Any]:
    """What the voter was among the approvers when they voted, and for whom they stood in."""
    present = present_now([actor.id], [request.permission])
    standing = list(
        standing_votes(request.subject_type, request.subject_id).order_by().values_list("voter_id", flat=True)
    )
    lenders = places_lent(actor.id, present, permission=request.permission, authors=request.authors, standing=standing)
    return {
        "subjects": sorted(present.subjects.get(actor.id, ())),
        "stands_in_for": [str(lender) for lender in lenders],
    }
