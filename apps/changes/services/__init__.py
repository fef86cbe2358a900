from apps.changes.services.adopting import adopt_difference
from apps.changes.services.cloning import clone_change
from apps.changes.services.commenting import comment_on_change, delete_comment, edit_comment
from apps.changes.services.counting import measure_impact
from apps.changes.services.drafting import archive_change, create_change, edit_change
from apps.changes.services.implicit import Direct, stage_or_merge
from apps.changes.services.lifecycle import reopen_change, set_status, start_change, withdraw_change
from apps.changes.services.measuring import measure
from apps.changes.services.merging import Merged, merge_change
from apps.changes.services.planning import Planned, plan_change
from apps.changes.services.rebasing import rebase_change
from apps.changes.services.replanning import replan_change
from apps.changes.services.resolving import Resolved, clear_resolution, resolve_conflicts
from apps.changes.services.reverting import reversal_preview, revert_change
from apps.changes.services.review import approve_change, deny_change, request_changes, withdraw_approval
from apps.changes.services.staging import (
    OperationInput,
    TargetInput,
    delete_operation,
    edit_operation,
    stage_operation,
    stage_operations,
)
from apps.changes.services.targets import add_target, delete_target
from apps.changes.services.validation import check_in_change, execute_change, validate_change

__all__ = [
    "Direct",
    "Merged",
    "OperationInput",
    "Planned",
    "Resolved",
    "TargetInput",
    "add_target",
    "adopt_difference",
    "approve_change",
    "archive_change",
    "check_in_change",
    "clear_resolution",
    "clone_change",
    "comment_on_change",
    "create_change",
    "delete_comment",
    "delete_operation",
    "delete_target",
    "deny_change",
    "edit_change",
    "edit_comment",
    "edit_operation",
    "execute_change",
    "measure",
    "measure_impact",
    "merge_change",
    "plan_change",
    "rebase_change",
    "reopen_change",
    "replan_change",
    "request_changes",
    "resolve_conflicts",
    "reversal_preview",
    "revert_change",
    "set_status",
    "stage_operation",
    "stage_operations",
    "stage_or_merge",
    "start_change",
    "validate_change",
    "withdraw_approval",
    "withdraw_change",
]
