"""What people say to a version: yes to exactly what it takes now, not like this, or no."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from apps.approvals import services as approvals
from apps.approvals.models import Request, Vote
from apps.approvals.queries import open_request_of
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.policies.core.acts import Act
from apps.policies.errors import PolicyActDenied, SelfApproval, StalePolicyDigest
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT
from apps.policies.services.asking import PERMISSION, Asked, ask, asked_now, refuse_machines, settle

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
Remark = Annotated[str, Field(max_length=2_000, examples=["Looks right."])]
Objection = Annotated[
    str, Field(min_length=1, max_length=2_000, pattern=r"\S", examples=["Releases on Fridays have to stay possible."])
]


@command(
    "policy.approve", permission=PERMISSION, agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL
)
def approve_policy(
    version_id: UUID, *, digest: Digest, comment: Remark = "", actor: Actor, at: datetime
) -> PolicyVersion:
    """Vote for exactly what is proposed about a version: to put it in force, or to end it.

    What it takes is judged by the policies in force now. Nobody who wrote it votes.
    """
    asked = _asked(version_id, digest, actor)
    if asked.judgement.is_denied:
        raise PolicyActDenied(matches=[match.as_dict() for match in asked.judgement.deciding])
    version = asked.version
    _ask_as_it_is_now(asked, actor=actor, at=at)
    vote = approvals.cast_vote(
        SUBJECT, version.pk, digest=digest, comment=comment, evidence=_evidence(asked), actor=actor, at=at
    )
    told = {
        "key": version.key,
        "number": version.number,
        "digest": digest,
        "vote_id": vote.pk,
        "complete": asked.tally().is_met,
    }
    emit("policy.approved", subject=version, actor=actor, at=at, payload=told)
    settle(version, actor=actor, at=at)
    return version


@command(
    "policy.withdraw_approval",
    permission=PERMISSION,
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def withdraw_policy_approval(version_id: UUID, *, actor: Actor, at: datetime) -> PolicyVersion:
    """Take one's own vote back, until the act it was for."""
    version = _locked(version_id)
    vote = approvals.withdraw_vote(SUBJECT, version.pk, actor=actor, at=at)
    told = {"key": version.key, "number": version.number, "digest": vote.digest, "vote_id": vote.pk}
    emit("policy.approval_withdrawn", subject=version, actor=actor, at=at, payload=told)
    settle(version, actor=actor, at=at)
    return version


@command(
    "policy.request_changes",
    permission=PERMISSION,
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def request_policy_changes(
    version_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> PolicyVersion:
    """Say what should be different. Votes are void, nobody is asked any more until it is simulated again."""
    asked = _asked(version_id, digest, actor)
    _object(asked, Vote.Decision.REQUEST_CHANGES, comment, actor=actor, at=at)
    version = asked.version
    approvals.close_request(
        SUBJECT, version.pk, outcome=Request.Outcome.CHANGES_REQUESTED, reason=comment, actor=actor, at=at
    )
    settle(version, actor=actor, at=at)
    emit("policy.changes_requested", subject=version, actor=actor, at=at, payload=_said(asked, comment))
    return version


@command(
    "policy.deny", permission=PERMISSION, agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL
)
def deny_policy(
    version_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> PolicyVersion:
    """Refuse what is proposed for good, saying why.

    A version that was to come into force is deprecated; one that was to be ended stays in force.
    """
    asked = _asked(version_id, digest, actor)
    _object(asked, Vote.Decision.DENY, comment, actor=actor, at=at)
    version = asked.version
    approvals.close_request(SUBJECT, version.pk, outcome=Request.Outcome.DENIED, reason=comment, actor=actor, at=at)
    emit("policy.denied", subject=version, actor=actor, at=at, payload=_said(asked, comment))
    if asked.act == Act.ACTIVATE:
        version.deprecate(by=actor.id, reason=comment, at=at)
        version.save()
        ended = {
            "key": version.key,
            "number": version.number,
            "environment_id": version.environment_id,
            "was_active": False,
            "reason": comment,
        }
        emit("policy.deprecated", subject=version, actor=actor, at=at, payload=ended)
    return version


def _locked(version_id: UUID) -> PolicyVersion:
    version: PolicyVersion = PolicyVersion.objects.select_related("environment").lock(version_id)
    return version


def _asked(version_id: UUID, digest: str | None, actor: Actor) -> Asked:
    """What people can agree to, when this person may decide about it as they saw it."""
    refuse_machines(actor)
    asked = asked_now(_locked(version_id))
    if actor.id in asked.authors:
        raise SelfApproval
    if digest is not None and digest != asked.digest:
        raise StalePolicyDigest(current=asked.digest)
    return asked


def _ask_as_it_is_now(asked: Asked, *, actor: Actor, at: datetime) -> None:
    """What an act takes also moves with the roles of its authors, which asks nobody anew: the first voter does."""
    request = open_request_of(SUBJECT, asked.version.pk)
    if request is not None and request.digest != asked.digest:
        ask(asked, title=request.title, actor=actor, at=at)


def _object(asked: Asked, decision: str, comment: str, *, actor: Actor, at: datetime) -> None:
    approvals.keep_refusal(
        SUBJECT,
        asked.version.pk,
        decision=decision,
        digest=asked.digest,
        comment=comment,
        authors=asked.authors,
        evidence=_evidence(asked),
        actor=actor,
        at=at,
    )


def _said(asked: Asked, comment: str) -> dict[str, Any]:
    version = asked.version
    return {"key": version.key, "number": version.number, "digest": asked.digest, "comment": comment}


def _evidence(asked: Asked) -> dict[str, Any]:
    """What the voter could see."""
    report = asked.version.report or {}
    return {
        "act": str(asked.act),
        "number": asked.version.number,
        "digest": asked.version.digest,
        "replayed": report.get("replayed"),
        "flipped": report.get("flipped"),
    }
