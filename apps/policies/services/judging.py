"""Asking the policies, and keeping what they said of something real."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.kernel import commands
from apps.kernel.canonical import digest as digest_of
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import Subject, emit, subject_of
from apps.policies.core.built_in import BUILT_IN
from apps.policies.core.evaluate import evaluate
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import Judgement, as_compared
from apps.policies.core.simulation import with_candidate
from apps.policies.core.vocabulary import SAFETY_CLASSES
from apps.policies.models import Decision, PolicyBody, PolicyVersion
from apps.policies.queries import active_policies, policy_of
from apps.tenancy.models import Environment

DEFAULT_SAFETY = SAFETY_CLASSES[1]


def judge(
    action: str,
    *,
    environment: Environment,
    resource_types: Iterable[str] = (),
    risk: str = "low",
    reversibility: str = "lossless",
    actor_kind: str = "human",
    actor_subjects: Iterable[str] = (),
    actors: Iterable[Iterable[str]] = (),
    lane: str = "interactive",
    safety_class: str | None = None,
    candidate: PolicyVersion | None = None,
) -> Judgement:
    """What the policies in force in the environment say of an act. Writes nothing.

    ``actors`` takes the place of ``actor_subjects`` where several people answer for the act: it is judged for each of
    them. ``safety_class`` is the command's own where the action is a command. With a ``candidate``, as if that version
    were in force.
    """
    policies = active_policies(environment.pk)
    if candidate is not None:
        policies = with_candidate(policies, policy_of(candidate))
    inputs = Inputs.of(
        action=action,
        stage=environment.name,
        environment_id=str(environment.pk),
        resource_types=resource_types,
        risk=str(risk),
        reversibility=str(reversibility),
        actor_kind=str(actor_kind),
        actor_subjects=actor_subjects,
        actors=actors,
        lane=str(lane),
        safety_class=safety_class or safety_of(action),
    )
    return evaluate(policies, inputs)


def safety_of(action: str) -> str:
    """What the command of that name can do at worst; an internal write where there is none."""
    known = {one.name: one.safety.value for one in commands.registered()}
    return known.get(action, DEFAULT_SAFETY)


def keep_decision(judgement: Judgement, subject: Subject, *, actor: Actor, at: datetime) -> Decision:
    """Keep what was decided for real about the subject, and tell it. The same decision twice is kept once."""
    subject_type, subject_id = subject_of(subject)
    digest = digest_of(as_compared(judgement.as_dict()))
    known: Decision | None = Decision.objects.filter(
        subject_type=subject_type, subject_id=subject_id, digest=digest
    ).first()
    if known is not None:
        return known

    _keep_built_in(judgement, at=at)
    decision: Decision = Decision.objects.create(
        environment_id=UUID(judgement.inputs.environment_id),
        subject_type=subject_type,
        subject_id=UUID(subject_id),
        action=judgement.inputs.action,
        effect=str(judgement.effect),
        inputs=judgement.inputs.as_dict(),
        policies=[policy.as_dict() for policy in judgement.policies],
        outcome=judgement.outcome(),
        digest=digest,
        actor_id=actor.id,
        correlation_id=current_scope().correlation_id,
        decided_at=at,
    )
    told: dict[str, Any] = {
        "action": decision.action,
        "effect": decision.effect,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "environment_id": decision.environment_id,
        "digest": digest,
    }
    emit("policy.evaluated", subject=decision, actor=actor, at=at, payload=told)
    return decision


def _keep_built_in(judgement: Judgement, *, at: datetime) -> None:
    """The built-in policy is code, which later releases may change: what it said now is kept with the tenant."""
    if any(policy.digest == BUILT_IN.digest for policy in judgement.policies):
        body = PolicyBody(digest=BUILT_IN.digest, content=dict(BUILT_IN.content), created_at=at)
        PolicyBody.objects.bulk_create([body], ignore_conflicts=True)
