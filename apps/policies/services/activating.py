"""What is in force in an environment changes here and nowhere else: by people, after a simulation and with the votes
that the policies in force before ask for.

Locks, in this order: the environment, versions by id, requests by subject.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.approvals import services as approvals
from apps.approvals.models import Request
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.operations import RETIRED
from apps.metadata.queries import head_of
from apps.metadata.services import lock_environment
from apps.policies.core.acts import Act
from apps.policies.core.lifecycle import State
from apps.policies.core.vocabulary import KIND
from apps.policies.errors import (
    EndAskedFor,
    NewerVersionActive,
    NothingToApprove,
    NotSimulated,
    PolicyActDenied,
    PolicyLocksOut,
    PolicyRetired,
    StalePolicyDigest,
)
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT, active_version, asked_authors
from apps.policies.services.asking import WAITING, ask, ask_again, asked_for, refuse_machines, refuse_move, settle
from apps.policies.services.judging import keep_decision
from apps.policies.services.reviewing import Digest
from apps.policies.services.versioning import Reason

REPLACED = "replaced by version %d"


@command(
    "policy.activate",
    permission="policy.activate",
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def activate_policy(version_id: UUID, *, digest: Digest | None = None, actor: Actor, at: datetime) -> PolicyVersion:
    """Put a simulated and approved version in force; the one that was is deprecated.

    What it takes is judged by the policies in force until now. With `digest`, only if it still takes what was looked
    at. Changes that are Ready in the environment are planned anew.
    """
    version = _lock(version_id, actor)
    if version.status == State.DRAFT:
        raise NotSimulated
    if version.status not in (State.SIMULATED, State.APPROVED):
        raise refuse_move(version, State.ACTIVE)
    head = head_of(version.environment_id, KIND, version.key)
    if head is not None and head.status == RETIRED:
        raise PolicyRetired
    before = active_version(version.environment_id, version.key)
    if before is not None and before.number > version.number:
        raise NewerVersionActive(active=before.number)
    asked = asked_for(version, Act.ACTIVATE, version.authors)
    if digest is not None and digest != asked.digest:
        raise StalePolicyDigest(current=asked.digest)
    asked.refuse(actor=actor, at=at)
    _refuse_lockout(version, actor=actor, at=at)

    settle(version, actor=actor, at=at)
    if before is not None:
        _end(before, outcome=Request.Outcome.SUPERSEDED, reason=REPLACED % version.number, actor=actor, at=at)
    version.activate(by=actor.id, at=at)
    version.save()
    _close(version, Request.Outcome.APPROVED, actor=actor, at=at)
    keep_decision(asked.judgement, version, actor=actor, at=at)
    told = {
        "key": version.key,
        "number": version.number,
        "digest": version.digest,
        "environment_id": version.environment_id,
        "replaces": before.number if before else None,
    }
    emit("policy.activated", subject=version, actor=actor, at=at, payload=told)
    ask_again(version.environment_id, but=version.pk, actor=actor, at=at)
    return version


@command(
    "policy.request_deprecation",
    permission="policy.deprecate",
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def request_deprecation(version_id: UUID, *, reason: Reason, actor: Actor, at: datetime) -> PolicyVersion:
    """Ask people to agree that a version in force is ended, saying why. Whoever asks does not vote."""
    version = _lock(version_id, actor)
    if version.status != State.ACTIVE:
        raise refuse_move(version, State.DEPRECATED)
    if asked_authors(version.pk):
        raise EndAskedFor
    asked = asked_for(version, Act.DEPRECATE, (actor.responsible_id,))
    if asked.judgement.is_denied:
        raise PolicyActDenied(matches=[match.as_dict() for match in asked.judgement.deciding])
    # What people said to its activation is said; now they are asked something else about the same version.
    approvals.void_votes(SUBJECT, version.pk, reason=str(_("its end is asked for")), actor=actor, at=at)
    if (
        ask(asked, title=str(_("End %(name)s: %(reason)s") % {"name": version, "reason": reason}), actor=actor, at=at)
        is None
    ):
        raise NothingToApprove
    told = {"key": version.key, "number": version.number, "digest": asked.digest, "reason": reason}
    emit("policy.deprecation_requested", subject=version, actor=actor, at=at, payload=told)
    return version


@command(
    "policy.deprecate",
    permission="policy.deprecate",
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def deprecate_policy(version_id: UUID, *, reason: Reason, actor: Actor, at: datetime) -> PolicyVersion:
    """End a version, for a reason.

    One that is in force takes the agreement that the policies in force ask for (`request_deprecation` asks); without
    it the built-in policy or none of this key is in force. Others are given up at once.
    """
    version = _lock(version_id, actor)
    if version.status == State.DEPRECATED:
        raise refuse_move(version, State.DEPRECATED)
    if version.status != State.ACTIVE:
        _end(version, outcome=Request.Outcome.WITHDRAWN, reason=reason, actor=actor, at=at)
        return version
    asked = asked_for(version, Act.DEPRECATE, asked_authors(version.pk) or (actor.responsible_id,))
    asked.refuse(actor=actor, at=at)

    keep_decision(asked.judgement, version, actor=actor, at=at)
    _end(version, outcome=Request.Outcome.APPROVED, reason=reason, actor=actor, at=at)
    ask_again(version.environment_id, but=version.pk, actor=actor, at=at)
    return version


def _lock(version_id: UUID, actor: Actor) -> PolicyVersion:
    """The version, for a person: locked with its environment, whatever waits there, and what is asked about that."""
    refuse_machines(actor)
    found: PolicyVersion = PolicyVersion.objects.one(version_id)
    environment = lock_environment(found.environment_id)
    concerned = PolicyVersion.objects.filter(Q(pk=version_id) | Q(status__in=WAITING), environment_id=environment.pk)
    locked = concerned.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True)
    approvals.lock_requests(SUBJECT, list(locked))
    version: PolicyVersion = PolicyVersion.objects.lock(version_id)
    version.environment = environment
    return version


def _refuse_lockout(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Raise where the version would be in force for ever: its end denied to this person, or at no hour allowed.

    Seats that nobody fills today are no lockout: people can be found and roles be given.
    """
    end = asked_for(version, Act.DEPRECATE, (actor.responsible_id,), candidate=version).judgement
    if end.is_denied or end.next_opening(at) is None:
        raise PolicyLocksOut(matches=[match.as_dict() for match in end.deciding])


def _end(version: PolicyVersion, *, outcome: str, reason: str, actor: Actor, at: datetime) -> None:
    was_active = version.status == State.ACTIVE
    version.deprecate(by=actor.id, reason=reason, at=at)
    version.save()
    _close(version, outcome, reason=reason, actor=actor, at=at)
    told: dict[str, Any] = {
        "key": version.key,
        "number": version.number,
        "environment_id": version.environment_id,
        "was_active": was_active,
        "reason": reason,
    }
    emit("policy.deprecated", subject=version, actor=actor, at=at, payload=told)


def _close(version: PolicyVersion, outcome: str, *, reason: str = "", actor: Actor, at: datetime) -> None:
    approvals.close_request(SUBJECT, version.pk, outcome=outcome, reason=reason, actor=actor, at=at)
