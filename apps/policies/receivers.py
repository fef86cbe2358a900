"""What policies listen to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.kernel.hooks import on
from apps.kernel.scope import Actor
from apps.metadata.services import Move, Moved
from apps.policies.core.lifecycle import State
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT
from apps.policies.services.versioning import keep_versions
from apps.tenancy.models import Environment


@on("metadata.heads_moved")
def keep_policy_versions(
    *, environment: Environment, moved: Sequence[Moved], moves: Sequence[Move], actor: Actor, at: datetime
) -> None:
    """A policy was written: its version is made with it."""
    keep_versions(environment, moved, moves, actor=actor, at=at)


@on("approvals.expired")
def lapse_expired_version(*, subject_type: str, subject_id: UUID, actor: Actor, at: datetime) -> None:
    """Nobody decided in time: simulating again asks anew. Whoever expires the request holds the version's lock."""
    if subject_type == SUBJECT:
        version: PolicyVersion = PolicyVersion.objects.lock(subject_id)
        if version.status == State.APPROVED:
            version.lapse()
            version.save()
