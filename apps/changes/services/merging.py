"""The merge: the only way a change touches what an environment runs.

One transaction in three phases. Load: the change, its environment and its heads are locked, in this order. Decide:
the plan is made anew on the heads as they are, and must be clean and be what was approved. Persist: snapshots,
revisions, heads, references, stamps, status. Any failure leaves nothing but the refused command and its events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.changes.core.lifecycle import State, capabilities
from apps.changes.errors import StaleDigest
from apps.changes.models import Change, Snapshot
from apps.changes.services.guards import lock_change, refuse_machines, refuse_move, refuse_read_only
from apps.changes.services.loading import load, refuse_unexecutable
from apps.changes.services.obligations import refuse_unmet
from apps.changes.services.planning import Planned, decide
from apps.changes.services.review import Digest, end_review
from apps.changes.services.telling import failed, failure_of, tell_checked, tell_completed
from apps.changes.services.transitions import carry_out
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import DomainError
from apps.kernel.prepared import prepared_cursor
from apps.kernel.scope import Actor
from apps.metadata.core.findings import NodeId
from apps.metadata.services import Move, Moved, lock_environment, move_heads
from apps.policies.services import keep_decision

BATCH = 1_000
MODE = "merge"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    change: Change
    planned: Planned
    moved: tuple[Moved, ...]
    snapshots: int


@command("change.merge", permission="change.approve", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def merge_change(change_id: UUID, *, digest: Digest | None = None, actor: Actor, at: datetime) -> Merged:
    """Merge a Ready change into its environment: all of it or nothing.

    With `digest`, only if it is still the digest that was looked at. The votes that the policies of its environment
    ask for must stand, and what else they ask for must hold now.
    """
    refuse_machines(actor)
    change = lock_change(change_id)
    if not capabilities(change.status).merge:
        raise refuse_move(change, State.MERGED)
    if digest is not None and digest != change.approval_digest:
        raise StaleDigest(current=change.approval_digest)
    environment = lock_environment(change.environment_id)
    loaded = load(change, lock=True)
    refuse_read_only(change)
    refuse_unexecutable(loaded)
    planned = decide(loaded, environment)
    try:
        planned.refuse()
        if planned.digest != change.approval_digest:
            raise StaleDigest(approved=change.approval_digest, current=planned.digest)
    except DomainError as refusal:
        raise failed(refusal, failure_of(planned, MODE, refusal)) from None
    refuse_unmet(change, planned, actor=actor, at=at)

    keep_decision(planned.judgement, change, actor=actor, at=at)
    tell_checked(change, planned, mode=MODE, actor=actor, at=at)
    try:
        moved = move_heads(environment, _moves(planned), change_id=change.pk, actor=actor, at=at)
    except DomainError as refusal:
        raise failed(refusal, failure_of(planned, MODE, refusal)) from None

    snapshots = _snapshots(planned, moved, at=at)
    _stamp(planned, snapshots, at=at)
    carry_out(
        change,
        "merge",
        stamps={"by": actor.id, "at": at},
        payload={
            "digest": planned.digest,
            "definitions": len(moved),
            "operations": len(loaded.operations),
        },
        actor=actor,
        at=at,
    )
    end_review(change, outcome="merged", actor=actor, at=at)
    tell_completed(change, planned, mode=MODE, actor=actor, at=at)
    return Merged(change, planned, tuple(moved), len(snapshots))


def _moves(planned: Planned) -> list[Move]:
    """The heads that have to move. Operations that end where they began move none."""
    return [
        Move(
            kind=definition.kind,
            key=definition.key,
            content=definition.after,
            digest=definition.digest_after,
            digest_before=definition.digest_before,
        )
        for definition in planned.plan.definitions
        if definition.is_changed and definition.after is not None and definition.digest_after is not None
    ]


def _snapshots(planned: Planned, moved: list[Moved], *, at: datetime) -> Mapping[NodeId, UUID]:
    """One snapshot for each definition the change has operations on, with the revision before, if there was one.

    A snapshot that is there already is kept.
    """
    change = planned.loaded.change
    before: dict[NodeId, tuple[UUID, UUID | None]] = {
        identity: (head.definition_id, head.revision_id) for identity, head in planned.loaded.heads.items()
    }
    before |= {(one.kind, one.key): (one.definition_id, one.revision_before_id) for one in moved}
    touched = [definition.target for definition in planned.plan.definitions]
    taken = {
        identity: Snapshot(
            change=change, definition_id=before[identity][0], revision_before_id=before[identity][1], taken_at=at
        )
        for identity in touched
    }
    Snapshot.objects.bulk_create(taken.values(), batch_size=BATCH, ignore_conflicts=True)
    kept = dict(Snapshot.objects.filter(change_id=change.pk).values_list("definition_id", "pk"))
    return {identity: kept[snapshot.definition_id] for identity, snapshot in taken.items()}


_STAMP = """
update changes_changeoperation o set previous_snapshot_id = v.snapshot_id, executed_at = %s
from unnest(%s::uuid[], %s::uuid[]) as v (target_id, snapshot_id)
where o.change_id = %s and o.target_id = v.target_id and o.executed_at is null
"""


def _stamp(planned: Planned, snapshots: Mapping[NodeId, UUID], *, at: datetime) -> None:
    """Both columns of every operation, in one statement."""
    targets = planned.loaded.targets
    with prepared_cursor() as cursor:
        cursor.execute(
            _STAMP,
            [
                at,
                [targets[identity].pk for identity in snapshots],
                list(snapshots.values()),
                planned.loaded.change.pk,
            ],
        )
