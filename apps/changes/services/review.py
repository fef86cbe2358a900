"""What people say to a change: yes to exactly one digest, not like this, or no; and what is asked of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.approvals import services as approvals
from apps.approvals.core.requirement import Requirement
from apps.approvals.models import Request, Vote
from apps.changes.core.lifecycle import State
from apps.changes.errors import SelfApproval, StaleDigest
from apps.changes.models import Change, ChangeTarget
from apps.changes.queries import SUBJECT, authors_of
from apps.changes.services.guards import lock_change, refuse_machines, refuse_move
from apps.changes.services.transitions import carry_out
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

PERMISSION = "change.approve"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
Remark = Annotated[str, Field(max_length=2_000, examples=["Looks right."])]
Objection = Annotated[
    str, Field(min_length=1, max_length=2_000, pattern=r"\S", examples=["The label should say “Urgency”."])
]


@command(
    "change.approve", permission=PERMISSION, agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL
)
def approve_change(change_id: UUID, *, digest: Digest, comment: Remark = "", actor: Actor, at: datetime) -> Change:
    """Vote for exactly this digest of a change that is Ready.

    Nobody who created the change or staged one of its operations may vote, on any path. Where the environment asks
    for no approval, nobody votes.
    """
    change = _ready(change_id, digest, actor)
    vote = approvals.cast_vote(
        SUBJECT, change.pk, digest=digest, comment=comment, evidence=_evidence(change), actor=actor, at=at
    )
    emit("change.approved", subject=change, actor=actor, at=at, payload={"digest": digest, "vote_id": vote.pk})
    return change


@command(
    "change.withdraw_approval",
    permission=PERMISSION,
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def withdraw_approval(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Take one's own vote back, until the merge."""
    change = lock_change(change_id)
    vote = approvals.withdraw_vote(SUBJECT, change.pk, actor=actor, at=at)
    told = {"digest": vote.digest, "vote_id": vote.pk}
    emit("change.approval_withdrawn", subject=change, actor=actor, at=at, payload=told)
    return change


@command(
    "change.request_changes",
    permission=PERMISSION,
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def request_changes(
    change_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> Change:
    """Send a Ready change back into work, saying what should be different.

    Its votes are void. Not for those who created it or staged one of its operations: they withdraw it.
    """
    change = _ready(change_id, digest, actor)
    vote = _refuse(change, Vote.Decision.REQUEST_CHANGES, comment, actor=actor, at=at)
    end_review(change, outcome=Request.Outcome.CHANGES_REQUESTED, reason=comment, actor=actor, at=at)
    carry_out(change, "withdraw", reason="changes_requested", actor=actor, at=at)
    told = {"digest": vote.digest, "vote_id": vote.pk, "comment": comment}
    emit("change.changes_requested", subject=change, actor=actor, at=at, payload=told)
    return change


@command(
    "change.deny", permission=PERMISSION, agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL
)
def deny_change(
    change_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> Change:
    """Refuse a Ready change for good, saying why. It never merges; who wants to go on clones it.

    Its votes are void. Not for those who created it or staged one of its operations: they withdraw it.
    """
    change = _ready(change_id, digest, actor)
    vote = _refuse(change, Vote.Decision.DENY, comment, actor=actor, at=at)
    end_review(change, outcome=Request.Outcome.DENIED, reason=comment, actor=actor, at=at)
    carry_out(change, "withdraw", reason="denied", actor=actor, at=at)
    change.archived_at = change.denied_at = at
    change.denied_by_id, change.denial_reason = actor.id, comment
    change.save(update_fields=["archived_at", "denied_at", "denied_by", "denial_reason"])
    told = {"digest": vote.digest, "vote_id": vote.pk, "comment": comment}
    emit("change.denied", subject=change, actor=actor, at=at, payload=told)
    return change


def ask_for_approval(
    change: Change,
    requirement: Requirement,
    *,
    reasons: Sequence[Mapping[str, Any]] = (),
    deadline_hours: int | None = None,
    reason: str = "replanned",
    actor: Actor,
    at: datetime,
) -> None:
    """Ask people about the digest a locked, Ready change has now.

    Asked for the same again it changes nothing. When the digest or the requirement is another, the votes are void for
    ``reason``; when nobody needs to be asked any more, the question ends.
    """
    approvals.open_request(
        SUBJECT,
        change.pk,
        title=change.title,
        number=change.number,
        digest=change.approval_digest,
        requirement=requirement,
        reasons=reasons,
        authors=authors_of(change),
        environment_id=change.environment_id,
        permission=PERMISSION,
        deadline_hours=deadline_hours,
        reason=reason,
        actor=actor,
        at=at,
    )


def end_review(change: Change, *, outcome: str, reason: str = "", actor: Actor, at: datetime) -> None:
    """Nobody is asked about this change any more. Unless it merged, its votes are void and the voters are told."""
    approvals.close_request(SUBJECT, change.pk, outcome=outcome, reason=reason, actor=actor, at=at)


def void_votes(change: Change, *, reason: str, actor: Actor, at: datetime) -> None:
    """End the votes on a change that is no longer what was voted for; the voters are told."""
    approvals.void_votes(SUBJECT, change.pk, reason=reason, actor=actor, at=at)


def _ready(change_id: UUID, digest: str | None, actor: Actor) -> Change:
    """The change, locked, when this person may decide about it as they saw it."""
    refuse_machines(actor)
    change = lock_change(change_id)
    if change.status != State.READY:
        raise refuse_move(change, State.MERGED, needs=_("People decide about a change while it is Ready."))
    if actor.id in authors_of(change):
        raise SelfApproval
    if digest is not None and digest != change.approval_digest:
        raise StaleDigest(current=change.approval_digest)
    return change


def _refuse(change: Change, decision: str, comment: str, *, actor: Actor, at: datetime) -> Vote:
    return approvals.keep_refusal(
        SUBJECT,
        change.pk,
        decision=decision,
        digest=change.approval_digest,
        comment=comment,
        authors=authors_of(change),
        evidence=_evidence(change),
        actor=actor,
        at=at,
    )


def _evidence(change: Change) -> dict[str, object]:
    """What the voter could see besides what the digest covers: it changes with live data, so it is kept, not hashed."""
    bases = ChangeTarget.objects.filter(change_id=change.pk).order_by("kind", "key", "id")
    return {
        "number": change.number,
        "validated_at": change.validated_at.isoformat() if change.validated_at else None,
        "bases": list(bases.values("kind", "key", "base_revision__number", "base_revision__digest")),
    }
