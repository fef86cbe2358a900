"""Votes on a change: given for exactly one digest, taken back, or void when the change becomes another."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from apps.approvals import services as approvals
from apps.changes.core.lifecycle import State
from apps.changes.errors import SelfApproval, StaleDigest
from apps.changes.models import Change, ChangeTarget
from apps.changes.queries import SUBJECT, authors_of
from apps.changes.services.guards import lock_change, refuse_move
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]


@command("change.approve", permission="change.approve", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def approve_change(change_id: UUID, *, digest: Digest, actor: Actor, at: datetime) -> Change:
    """Vote for exactly this digest of a change that is Ready.

    Nobody who created the change or staged one of its operations may vote, on any path.
    """
    change = lock_change(change_id)
    if change.status != State.READY:
        raise refuse_move(change, State.MERGED)
    if actor.id in authors_of(change):
        raise SelfApproval
    if digest != change.approval_digest:
        raise StaleDigest(current=change.approval_digest)

    vote = approvals.cast_vote(SUBJECT, change.pk, digest=digest, evidence=_evidence(change), actor=actor, at=at)
    emit("change.approved", subject=change, actor=actor, at=at, payload={"digest": digest, "vote_id": vote.pk})
    return change


@command("change.withdraw_approval", permission="change.approve", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def withdraw_approval(change_id: UUID, *, actor: Actor, at: datetime) -> Change:
    """Take one's own vote back, until the merge."""
    change = lock_change(change_id)
    vote = approvals.withdraw_vote(SUBJECT, change.pk, actor=actor, at=at)
    told = {"digest": vote.digest, "vote_id": vote.pk}
    emit("change.approval_withdrawn", subject=change, actor=actor, at=at, payload=told)
    return change


def void_votes(change: Change, *, reason: str, actor: Actor, at: datetime) -> None:
    """End the votes on a change that is no longer what was voted for; the event names the voters."""
    voters = approvals.void_votes(SUBJECT, change.pk, reason=reason, at=at)
    if voters:
        told = {"reason": reason, "voters": sorted(voters)}
        emit("change.votes_voided", subject=change, actor=actor, at=at, payload=told)


def _evidence(change: Change) -> dict[str, object]:
    """What the voter could see besides what the digest covers: it changes with live data, so it is kept, not hashed."""
    bases = ChangeTarget.objects.filter(change_id=change.pk).order_by("kind", "key", "id")
    return {
        "number": change.number,
        "validated_at": change.validated_at.isoformat() if change.validated_at else None,
        "bases": list(bases.values("kind", "key", "base_revision__number", "base_revision__digest")),
    }
