"""Rebasing: the change remembers the heads as they are, with what was decided about its conflicts."""

from datetime import datetime
from uuid import UUID

from apps.changes.core.rebase import rebased
from apps.changes.models import ChangeTarget, ConflictResolution
from apps.changes.queries import resolutions_of
from apps.changes.services.guards import lock_change, refuse_frozen_operations
from apps.changes.services.loading import Loaded, base_states, head_states, load
from apps.changes.services.planning import Planned, decide
from apps.changes.services.resolving import Resolved
from apps.changes.services.staging import touch
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit


@command("change.rebase", safety=Safety.WRITE_INTERNAL)
def rebase_change(change_id: UUID, *, actor: Actor, at: datetime) -> Resolved:
    """Base a change on what its environment runs now, keeping what was decided about its conflicts.

    A definition with an open conflict keeps its base until it is decided. What the change would do stays the same;
    rebasing twice alters nothing.
    """
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    loaded = load(change)
    planned = decide(loaded, change.environment)
    moved = _move_bases(loaded, planned)
    if moved:
        touch(change, actor=actor, at=at)
        told = {"definitions": moved, "conflicts": len(planned.plan.conflicts)}
        emit("change.rebased", subject=change, actor=actor, at=at, payload=told)
        planned = decide(load(change), change.environment)
    return Resolved(change=change, planned=planned)


def _move_bases(loaded: Loaded, planned: Planned) -> int:
    """Write the bases that move, and the resolutions as they are seen on them; answer how many definitions moved."""
    outcome = rebased(planned.plan, base_states(loaded), head_states(loaded))
    moved: list[ChangeTarget] = []
    for identity, state in outcome.bases.items():
        target, head = loaded.targets[identity], loaded.heads.get(identity)
        if head is not None and state.digest == head.digest and target.base_revision_id != head.revision_id:
            target.base_revision_id = head.revision_id
            moved.append(target)
    ChangeTarget.objects.bulk_update(moved, ["base_revision"], batch_size=1_000)
    kept = {resolution.place: resolution for resolution in outcome.resolutions}
    altered: list[ConflictResolution] = []
    for row in resolutions_of(loaded.change.pk):
        resolution = kept.get((row.kind, row.key, tuple(row.path)))
        if resolution is not None and resolution.mine_digest != row.mine_digest:
            row.mine_digest = resolution.mine_digest
            altered.append(row)
    ConflictResolution.objects.bulk_update(altered, ["mine_digest"], batch_size=1_000)
    return len(moved)
