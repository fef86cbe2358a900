"""Changes over REST."""

from typing import Any

from apps.approvals.api.representations import VoteOut
from apps.changes import queries
from apps.changes.api import comments, impact, merging
from apps.changes.api.filters import ChangeFilters, StatusFilter
from apps.changes.api.representations import (
    AgentRunOut,
    ChangeEventOut,
    ChangeOut,
    ChangeProjectOut,
    DryRunOut,
    MergeOut,
    OperationOut,
    OperationsOut,
    PlanOut,
    SnapshotOut,
    TargetOut,
    WorkspaceOut,
)
from apps.changes.models import Change
from apps.changes.services import Merged, Planned, Resolved
from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor
from apps.tenancy.models import Project

NEWEST_FIRST = ("-created_at", "-id")
IN_SEQUENCE = ("sequence", "id")


def changes(_actor: Actor) -> Any:
    # What is shown of a change is on its row; the plan, which can be large, has a route of its own.
    return Change.objects.defer("plan")


def projects(_actor: Actor) -> Any:
    return Project.objects.all()


class ChangeViewSet(comments.CommentReads, merging.ConflictReads, impact.ImpactReads, ScopedViewSet):
    """A change groups typed operations and moves them into its environment: all of them or none.

    It goes from `Draft` over validation and approval to `Merged`. Addressed by id or by number (`CHG0000012`).
    """

    queryset_from = changes
    same_for_everybody = True
    serializer_class = ChangeOut
    ordering = NEWEST_FIRST
    filterset_class = ChangeFilters
    number_field = "number"
    create_command = "change.create"
    update_command = "change.edit"
    commands = {
        "status": Write("change.set_status", also=(202,), errors=(422,)),
        "start": "change.start",
        "reopen": "change.reopen",
        "archive": "change.archive",
        "clone": "change.clone",
        "targets": Write("change.add_target", shows=TargetOut),
        "DELETE targets/<str:target_id>": "change.delete_target",
        "patch-ops": Write("change.stage_operation", shows=OperationOut, errors=(422,)),
        "patch-ops/batch": Write("change.stage_operations", shows=OperationsOut, errors=(422,)),
        "PATCH patch-ops/<str:operation_id>": Write("change.edit_operation", shows=OperationOut, errors=(422,)),
        "DELETE patch-ops/<str:operation_id>": "change.delete_operation",
        "execute": Write("change.execute", shows=DryRunOut, errors=(422,)),
        "checkin": Write("change.check_in", errors=(422,)),
        "approve": "change.approve",
        "request-changes": "change.request_changes",
        "deny": "change.deny",
        "withdraw-approval": "change.withdraw_approval",
        "withdraw": "change.withdraw",
        "merge": Write("change.merge", shows=MergeOut, errors=(422,)),
        **comments.COMMANDS,
        **merging.COMMANDS,
        **impact.COMMANDS,
    }

    @reads("targets", TargetOut, many=True, ordering=("kind", "key", "id"))
    def targets(self, change: Change) -> Any:
        """List the targets of a change."""
        return queries.targets_of(change.pk)

    @reads("patch-ops", OperationOut, many=True, ordering=IN_SEQUENCE)
    def patch_ops(self, change: Change) -> Any:
        """List the operations of a change in their order."""
        return queries.operations_of(change.pk)

    @reads("operations", OperationOut, many=True, ordering=IN_SEQUENCE)
    def operations(self, change: Change) -> Any:
        """List the operations of a change in their order, under their other name."""
        return queries.operations_of(change.pk)

    @reads("snapshots", SnapshotOut, many=True, ordering=("definition__kind", "definition__key", "id"))
    def snapshots(self, change: Change) -> Any:
        """List the definitions a merged change touched, as they were before."""
        return queries.snapshots_of(change.pk)

    @reads("plan", PlanOut)
    def plan(self, change: Change) -> Any:
        """Show what merging would do, as the last validation found it; 404 before the first."""
        if change.plan is None:
            raise NotFound(number=change.number)
        return change.plan

    @reads("events", ChangeEventOut, many=True, ordering=("occurred_at", "source_ref", "source_sequence", "id"))
    def events(self, change: Change) -> Any:
        """List what happened to a change, oldest first."""
        return queries.timeline_of(change.pk)

    @reads("votes", VoteOut, many=True, ordering=("cast_at", "id"))
    def votes(self, change: Change) -> Any:
        """List the votes on a change, withdrawn and voided ones too."""
        return queries.votes_of(change.pk)

    @reads("project", ChangeProjectOut)
    def project(self, change: Change) -> Any:
        """Show the project of a change."""
        return change.project

    @reads("workspace", WorkspaceOut)
    def workspace(self, change: Change) -> Any:
        """Show the latest workspace of a change; 404 when it has none."""
        raise NotFound(number=change.number)

    @reads("agent-runs", AgentRunOut, many=True)
    def agent_runs(self, _change: Change) -> Any:
        """List the agent runs of a change, newest first."""
        return ()

    def present(self, write: Write, result: Any) -> Any:
        if isinstance(result, Planned):
            return _dry_run(result)
        if isinstance(result, Merged):
            return _merged(result)
        if isinstance(result, Resolved):
            return merging.resolved(result)
        if write.command == "change.revert":
            return impact.reverted(result)
        if isinstance(result, list):
            return {"items": result}
        return result

    def status_of(self, write: Write, result: Any) -> int:
        if write.command == "change.set_status" and result.status == Change.Status.VALIDATING:
            return 202
        return super().status_of(write, result)


class ProjectChangesViewSet(ScopedViewSet):
    """The changes of one project."""

    queryset_from = projects
    serializer_class = ChangeProjectOut
    standard_reads = ()

    @reads("changes", ChangeOut, many=True, ordering=NEWEST_FIRST, filters=StatusFilter)
    def changes(self, project: Project) -> Any:
        """List the changes of a project, newest first."""
        return changes(self.actor).filter(project_id=project.pk)


def _dry_run(planned: Planned) -> dict[str, Any]:
    shown = planned.as_dict()
    return {
        **shown,
        "success": True,
        "dry_run": True,
        "diff": shown["definitions"],
        "resulting_schemas": {
            f"{definition.kind}/{definition.key}": definition.after
            for definition in planned.plan.definitions
            if definition.after is not None
        },
        "warnings": [warning.as_dict() for warning in planned.warnings],
    }


def _merged(merged: Merged) -> dict[str, Any]:
    return {
        "change": merged.change,
        "executed_ops": [staged.id for staged in merged.planned.loaded.operations],
        "snapshots": merged.snapshots,
        "moved": merged.moved,
        "diff": [definition.as_dict() for definition in merged.planned.plan.definitions],
    }
