"""Undoing a merged change by another change, which goes the way of every change: plan, conflicts, approval, merge.

Its targets remember the revisions that the merged change wrote. So whatever was merged since is replayed on where it
is elsewhere, and is an ordinary conflict where it is at the same place.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.changes.core.lifecycle import State
from apps.changes.core.reversal import MergedDefinition, Reversal, Verdict
from apps.changes.core.reversal import reversal_of as inverse_of
from apps.changes.core.staged import DefinitionState, StagedOperation, by_target
from apps.changes.errors import AlreadyReverted, ChangeArchived, IrreversibleOperations, NothingToRevert, NotMerged
from apps.changes.models import Change
from apps.changes.queries import operations_of, reversal_of, revisions_written_by, staged
from apps.changes.services.carrying import Carried, carry_into
from apps.changes.services.chains import contexts_of
from apps.changes.services.drafting import Title, open_change
from apps.changes.services.guards import refuse_frozen_operations
from apps.changes.services.planning import plan_change
from apps.changes.services.readiness import keep_plan
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Reversibility
from apps.metadata.models import Revision
from apps.metadata.queries import contents_by_digest

TITLE_LENGTH = 200
Anyway = Annotated[
    bool,
    Field(title="Although something stays lost", description="Needed where an operation cannot be undone."),
]


@command("change.revert", safety=Safety.WRITE_INTERNAL, status=201)
def revert_change(
    change_id: UUID, *, title: Title | None = None, anyway: Anyway = False, actor: Actor, at: datetime
) -> Change:
    """Open a draft that undoes a merged change, with the inverse operations in reverse order.

    Definitions get back what they said before, and those that the change brought into being are retired. The draft
    comes with its plan: what was merged since is kept where it is elsewhere, a conflict where it is at the same place,
    and a finding where it needs what would go. It is checked in, approved and merged like any other. A change is
    reverted once, unless the draft is archived; to take a revert back, revert it. Operations that cannot be undone
    are named and refused with `IRREVERSIBLE`; with `anyway` the definitions go back and what was lost stays lost.
    """
    change = _lock_merged(change_id)
    made = revisions_of_merge(change)
    reversal = reversal_between(change, made)
    if not reversal.steps:
        raise NothingToRevert(number=change.number)
    lost = reversal.those(Reversibility.IRREVERSIBLE)
    if lost and not anyway:
        raise IrreversibleOperations(operations=[verdict.as_dict() for verdict in lost])

    draft = open_change(
        project=change.project,
        environment=change.environment,
        module=change.module,
        title=title or (_("Revert %(change)s") % {"change": str(change)})[:TITLE_LENGTH],
        description=_described(change, reversal),
        module_path=change.module_path,
        origin=Change.Origin.REVERT,
        reverts=change,
        actor=actor,
        at=at,
    )
    refuse_frozen_operations(draft)
    carried = [Carried(step.kind, step.key, step.operation, made[step.kind, step.key].pk) for step in reversal.steps]
    carry_into(draft, carried, actor=actor, at=at)
    keep_plan(draft, plan_change(draft))
    draft.save(update_fields=["plan", "approval_digest"])
    told = {"revert_id": draft.pk, "number": draft.number}
    emit("change.revert_opened", subject=change, actor=actor, at=at, payload=told)
    return draft


def reversal_preview(change: Change) -> Reversal:
    """What a revert would do, and how well each operation can be undone. Raises ``NotMerged``."""
    if change.status != State.MERGED:
        raise NotMerged(number=change.number, status=change.status)
    return reversal_between(change, revisions_of_merge(change))


def _lock_merged(change_id: UUID) -> Change:
    """The merged change, locked: two reverts of it come one after the other."""
    change: Change = Change.objects.select_related("project", "environment", "module").lock(change_id)
    if change.archived_at is not None:
        raise ChangeArchived(number=change.number)
    if change.status != State.MERGED:
        raise NotMerged(number=change.number, status=change.status)
    earlier = reversal_of(change.pk)
    if earlier is not None:
        raise AlreadyReverted(number=earlier.number, change_id=str(earlier.pk), status=earlier.status)
    return change


def revisions_of_merge(change: Change) -> dict[NodeId, Revision]:
    """The revisions that a merged change wrote, without their contents."""
    written = revisions_written_by(change.pk).defer("content")
    return {(revision.definition.kind, revision.definition.key): revision for revision in written}


def reversal_between(change: Change, made: dict[NodeId, Revision]) -> Reversal:
    """The reversal of a merged change, from the contents before, which its snapshots name, and those it wrote."""
    rows = list(operations_of(change.pk))
    operations = staged(rows)
    met: dict[NodeId, Revision | None] = {
        (row.kind, row.key): row.previous_snapshot.revision_before for row in rows if row.previous_snapshot
    }
    known = {revision.digest: revision.pk for revision in [*made.values(), *filter(None, met.values())]}
    contents = contents_by_digest(known)
    moved: list[MergedDefinition] = []
    for (kind, key), group in by_target(operations).items():
        revision, before = made.get((kind, key)), met.get((kind, key))
        if revision is not None:
            content = contents[before.digest] if before else None
            moved.append(MergedDefinition(kind, key, content, contents[revision.digest], tuple(group)))
    return inverse_of(moved, contexts_of(change.environment_id, _operations(moved), _states(moved)))


def _operations(moved: list[MergedDefinition]) -> list[StagedOperation]:
    return [operation for definition in moved for operation in definition.operations]


def _states(moved: list[MergedDefinition]) -> dict[NodeId, DefinitionState]:
    return {one.target: DefinitionState(one.kind, one.key, one.after) for one in moved}


def _described(change: Change, reversal: Reversal) -> str:
    """The description of the draft: what it undoes, and by name what does not come back whole."""
    lines = [_("Undoes %(number)s.") % {"number": change.number}]
    for heading, reversibility in (
        (_("Comes back only in part:"), Reversibility.LOSSY),
        (_("Does not come back:"), Reversibility.IRREVERSIBLE),
    ):
        named = reversal.those(reversibility)
        if named:
            lines += ["", heading, *(_named(verdict) for verdict in named)]
    return "\n".join(lines)


def _named(verdict: Verdict) -> str:
    return f"- {verdict.operation.key}: {verdict.operation.operation.summary()}"
