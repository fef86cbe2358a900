"""Votes: cast, withdrawn by the voter, voided by what happened to the subject.

The subject's own service holds the lock of the subject and decides who may vote; here a vote is only kept honest:
human, one standing vote per person, never rewritten.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.approvals.errors import AlreadyVoted, NoStandingVote, OnlyPeopleVote
from apps.approvals.models import Vote
from apps.approvals.queries import standing_votes
from apps.kernel.scope import Actor


def cast_vote(
    subject_type: str,
    subject_id: UUID,
    *,
    digest: str,
    evidence: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Vote:
    """Stand behind exactly this digest of the subject.

    Raises ``OnlyPeopleVote`` for agents and services, ``AlreadyVoted`` when a vote of the person stands.
    """
    if actor.kind != Vote.HUMAN:
        raise OnlyPeopleVote(_("Only people vote. Agents and services can propose, never approve."))
    if standing_votes(subject_type, subject_id).filter(voter_id=actor.id).exists():
        raise AlreadyVoted(_("You have already approved this."))

    return Vote.objects.create(
        subject_type=subject_type,
        subject_id=subject_id,
        digest=digest,
        voter_id=actor.id,
        voter_kind=actor.kind,
        evidence=dict(evidence),
        cast_at=at,
    )


def withdraw_vote(subject_type: str, subject_id: UUID, *, actor: Actor, at: datetime) -> Vote:
    """Take back one's own standing vote. Raises ``NoStandingVote``."""
    vote = standing_votes(subject_type, subject_id).filter(voter_id=actor.id).first()
    if vote is None:
        raise NoStandingVote(_("You have no vote here that could be withdrawn."))

    vote.withdrawn_at = at
    vote.save(update_fields=["withdrawn_at"])
    return vote


def void_votes(subject_type: str, subject_id: UUID, *, reason: str, at: datetime) -> tuple[UUID, ...]:
    """End every standing vote on the subject and answer whose they were, so that the caller can tell the voters."""
    standing = standing_votes(subject_type, subject_id)
    voters = tuple(standing.values_list("voter_id", flat=True))
    if voters:
        standing.order_by().update(voided_at=at, void_reason=reason)
    return voters
