"""A new draft with the operations of another change, bound anew to what the environment runs now."""

from datetime import datetime
from uuid import UUID

from apps.changes.errors import OperationRefused
from apps.changes.models import Change, ChangeOperation
from apps.changes.queries import operations_of, staged, targets_of
from apps.changes.services.carrying import Carried, carry_into
from apps.changes.services.drafting import Title, open_change
from apps.changes.services.guards import refuse_frozen_operations
from apps.changes.services.staging import OperationInput, stage_into
from apps.changes.services.targets import declare
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor

#: Changes whose operations hold ids that no name leads to, such as those of removed fields.
_NOT_WRITTEN = frozenset({Change.Origin.REVERT, Change.Origin.ADOPTION})


@command("change.clone", safety=Safety.WRITE_INTERNAL, status=201)
def clone_change(change_id: UUID, *, title: Title | None = None, actor: Actor, at: datetime) -> Change:
    """Open a draft with the same targets and operations, of any change, merged and archived ones too.

    Operations are bound again by name; one that finds nothing to work on any more is left out and named in the
    description of the new change. Those of a revert or an adoption, which nobody wrote, come as they are. Whoever
    wrote an operation goes on answering for it.
    """
    source: Change = Change.objects.select_related("project", "environment", "module").one(change_id)
    clone = open_change(
        project=source.project,
        environment=source.environment,
        module=source.module,
        title=title or source.title,
        description=source.description,
        module_path=source.module_path,
        base_sha=source.base_sha,
        branch_name=source.branch_name,
        origin=Change.Origin.CLONE,
        cloned_from=source,
        actor=actor,
        at=at,
    )
    refuse_frozen_operations(clone)
    clone.former_authors, clone.written_by_kind = source.former_authors, source.written_by_kind
    rows = list(operations_of(source.pk))
    authors = [row.author_id for row in rows]
    if _first(source).origin in _NOT_WRITTEN:
        carry_into(clone, _as_they_are(rows), authors=authors, actor=actor, at=at)
        return clone
    targets = {
        target.pk: declare(clone, (target.kind, target.key), actor=actor, at=at) for target in targets_of(source.pk)
    }
    wanted = [
        OperationInput(op_type=row.operation, payload=row.display, target_id=targets[row.target_id].pk) for row in rows
    ]
    left_out: list[OperationRefused] = []
    stage_into(clone, wanted, passed_over=left_out, authors=authors, actor=actor, at=at)
    if left_out:
        listed = [refusal.message for refusal in left_out]
        clone.description = "\n".join([clone.description, "", "Not carried over:", *listed]).strip()
        clone.save(update_fields=["description"])
    return clone


def _first(change: Change) -> Change:
    """The change that the clones go back to."""
    while change.origin == Change.Origin.CLONE and change.cloned_from is not None:
        change = change.cloned_from
    return change


def _as_they_are(rows: list[ChangeOperation]) -> list[Carried]:
    return [
        Carried(row.kind, row.key, staged_row.operation, row.target.base_revision_id)
        for row, staged_row in zip(rows, staged(rows), strict=True)
    ]
