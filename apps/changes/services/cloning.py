"""A new draft with the operations of another change, bound anew to what the environment runs now."""

from datetime import datetime
from uuid import UUID

from apps.changes.errors import OperationRefused
from apps.changes.models import Change
from apps.changes.queries import operations_of, targets_of
from apps.changes.services.drafting import Title, open_change
from apps.changes.services.staging import OperationInput, stage_into
from apps.changes.services.targets import declare
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor


@command("change.clone", safety=Safety.WRITE_INTERNAL, status=201)
def clone_change(change_id: UUID, *, title: Title | None = None, actor: Actor, at: datetime) -> Change:
    """Open a draft with the same targets and operations, of any change, merged and archived ones too.

    Operations are bound again by name; one that finds nothing to work on any more is left out and named in the
    description of the new change. Whoever wrote an operation goes on answering for it.
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
    targets = {
        target.pk: declare(clone, (target.kind, target.key), actor=actor, at=at) for target in targets_of(source.pk)
    }
    rows = list(operations_of(source.pk))
    wanted = [
        OperationInput(op_type=row.operation, payload=row.display, target_id=targets[row.target_id].pk) for row in rows
    ]
    left_out: list[OperationRefused] = []
    authors = [row.author_id for row in rows]
    stage_into(clone, wanted, passed_over=left_out, authors=authors, actor=actor, at=at)
    if left_out:
        listed = [refusal.message for refusal in left_out]
        clone.description = "\n".join([clone.description, "", "Not carried over:", *listed]).strip()
        clone.save(update_fields=["description"])
    return clone
