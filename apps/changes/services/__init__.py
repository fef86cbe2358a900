from apps.changes.services.cloning import clone_change
from apps.changes.services.drafting import archive_change, create_change, edit_change
from apps.changes.services.implicit import Direct, stage_or_merge
from apps.changes.services.lifecycle import reopen_change, set_status, start_change, withdraw_change
from apps.changes.services.merging import Merged, merge_change
from apps.changes.services.planning import Planned, plan_change
from apps.changes.services.replanning import replan_change
from apps.changes.services.review import approve_change, withdraw_approval
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
    "TargetInput",
    "add_target",
    "approve_change",
    "archive_change",
    "check_in_change",
    "clone_change",
    "create_change",
    "delete_operation",
    "delete_target",
    "edit_change",
    "edit_operation",
    "execute_change",
    "merge_change",
    "plan_change",
    "reopen_change",
    "replan_change",
    "set_status",
    "stage_operation",
    "stage_operations",
    "stage_or_merge",
    "start_change",
    "validate_change",
    "withdraw_approval",
    "withdraw_change",
]
