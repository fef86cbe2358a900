"""The direct routes: an operation without a change of one's own still goes through a change.

Merged at once, through the same transitions and the same validation, when a person with ``change.approve`` works in
an environment whose policies ask for nobody else; otherwise it stays a draft that waits for the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.changes.errors import ProjectMismatch
from apps.changes.models import Change, ChangeOperation
from apps.changes.services.drafting import open_change
from apps.changes.services.guards import lock_change, refuse_frozen_operations
from apps.changes.services.merging import Merged, merge_change
from apps.changes.services.obligations import asks_nothing
from apps.changes.services.planning import plan_change
from apps.changes.services.staging import OperationInput, stage_into
from apps.changes.services.transitions import carry_out
from apps.changes.services.validation import settle_validation
from apps.kernel import ports
from apps.kernel.errors import PermissionDenied
from apps.kernel.scope import Actor
from apps.tenancy.models import Environment, Project
from apps.tenancy.queries import environment_in_scope, project_named


@dataclass(frozen=True, slots=True)
class Direct:
    """What became of a direct write: the change it is in, and the merge if there was one.

    An edge answers 201 or 200 for a merged one, and 202 with ``change_id`` for one that waits.
    """

    change: Change
    operations: tuple[ChangeOperation, ...]
    merged: Merged | None

    @property
    def is_merged(self) -> bool:
        return self.merged is not None


def stage_or_merge(
    operations: Sequence[OperationInput],
    *,
    title: str,
    change_id: UUID | None = None,
    project_id: UUID | None = None,
    environment: Environment | None = None,
    actor: Actor,
    at: datetime,
) -> Direct:
    """Stage the operations into the change named, or give them a change of their own.

    Without a change, ``project_id`` (or the default project) and the request's environment say where. Raises what
    staging raises; a plan with errors is refused at once and leaves nothing.
    """
    if change_id is not None:
        return _stage(change_id, operations, project_id=project_id, actor=actor, at=at)
    project: Project = project_named(project_id)
    change = open_change(
        project=project,
        environment=environment or environment_in_scope(project),
        title=title[:200],
        origin=Change.Origin.DIRECT,
        actor=actor,
        at=at,
    )
    staged = tuple(stage_into(change, operations, actor=actor, at=at))
    planned = plan_change(change)
    planned.refuse()
    if not (asks_nothing(planned, at=at) and _may_merge(change, actor)):
        return Direct(change, staged, None)

    carry_out(change, "check_in", stamps={"by": actor.id, "at": at}, actor=actor, at=at)
    settle_validation(change, planned, actor=actor, at=at)
    merged = merge_change(change.pk, digest=change.approval_digest, actor=actor, at=at)
    return Direct(merged.change, staged, merged)


def _stage(
    change_id: UUID, operations: Sequence[OperationInput], *, project_id: UUID | None, actor: Actor, at: datetime
) -> Direct:
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    if project_id is not None and project_id != change.project_id:
        raise ProjectMismatch(project_id=str(project_id))
    return Direct(change, tuple(stage_into(change, operations, actor=actor, at=at)), None)


def _may_merge(change: Change, actor: Actor) -> bool:
    """Whether the actor could check the change in and merge it with two clicks; then one is enough."""
    if actor.kind != "human":
        return False
    try:
        ports.authorize("change.merge", change.pk)
    except PermissionDenied:
        return False
    return True
