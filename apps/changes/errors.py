"""What can go wrong with a change, each named for the fact."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, ExecutionFailed, InvalidInput, PermissionDenied


class ChangeMerged(Conflict):
    """A merged change does not change any more."""

    code = "CHANGE_MERGED"
    message_default = _("This change is merged. Nothing about it can change any more.")


class ChangeArchived(Conflict):
    code = "CHANGE_ARCHIVED"
    message_default = _("This change is archived. Clone it to go on.")


class ScopeClosed(Conflict):
    """Targets are declared in Draft only."""

    code = "SCOPE_CLOSED"
    message_default = _("Targets can only be added while the change is a draft. Reopen it first.")


class OperationsFrozen(Conflict):
    code = "OPERATIONS_FROZEN"
    message_default = _("The operations of this change are frozen. Withdraw it, or wait for the validation.")


class OperationExecuted(Conflict):
    code = "ALREADY_EXECUTED"
    message_default = _("An executed operation stays as it is.")


class ModuleReadOnly(Conflict):
    code = "MODULE_READ_ONLY"
    message_default = _("The module of this change is read only.")


class DuplicateTarget(Conflict):
    code = "DUPLICATE_TARGET"
    message_default = _("This change has that target already.")


class TargetInUse(Conflict):
    code = "TARGET_IN_USE"
    message_default = _("Delete the target's operations first.")


class DuplicateOperation(Conflict):
    """The same operation on the same thing is pending already."""

    code = "DUPLICATE_OP"


class ConflictingOperation(Conflict):
    """A pending operation touches the same thing."""

    code = "CONFLICTING_OP"


class ProjectMismatch(InvalidInput):
    """Something of another project was named."""

    code = "PROJECT_MISMATCH"
    message_default = _("That belongs to another project than the change.")


class TargetTypeMismatch(InvalidInput):
    """The operation does not fit the kind of its target."""

    code = "TARGET_TYPE_MISMATCH"


class OperationRefused(ExecutionFailed):
    """An operation does not fit the definition it is for. The code is the refusal's own."""

    def __init__(self, code: str, message: str, /, **details: Any) -> None:
        super().__init__(message, **details)
        self.code = code  # type: ignore[misc]  # one class for the refusals of every kind, which bring their codes


class NoOperations(ExecutionFailed):
    code = "NO_PATCH_OPS"
    message_default = _("This change has no operations.")


class PlanRefused(ExecutionFailed):
    """The plan has errors. The code is the first error's; ``details["findings"]`` lists all of them."""

    def __init__(self, findings: Iterable[dict[str, Any]], /, **details: Any) -> None:
        listed = list(findings)
        first = listed[0]
        super().__init__(first["message"], findings=listed, **details)
        self.code = first["code"]  # type: ignore[misc]  # as above


class MergeConflict(Conflict):
    """The change and a head that moved gave one path different values. ``details["conflicts"]`` names both sides."""

    code = "MERGE_CONFLICT"
    message_default = _("What this change alters was altered meanwhile.")


class NotMerged(Conflict):
    """Only what was merged can be reverted."""

    code = "NOT_MERGED"
    message_default = _("This change is not merged. There is nothing to undo.")


class AlreadyReverted(Conflict):
    """``details``: the ``number``, ``change_id`` and ``status`` of the change that reverts it."""

    code = "ALREADY_REVERTED"
    message_default = _("Another change reverts this one already. Go on there, or archive it first.")


class NothingToRevert(Conflict):
    code = "NOTHING_TO_REVERT"
    message_default = _("This change left every definition as it was.")


class IrreversibleOperations(ExecutionFailed):
    """``details["operations"]`` names the operations that cannot be undone."""

    code = "IRREVERSIBLE"
    message_default = _("Some operations of this change cannot be undone.")


class StaleDigest(Conflict):
    """``details["current"]`` is the digest that would be approved or merged now."""

    code = "STALE_DIGEST"
    message_default = _("The change is not what it was when you opened it. Look at it again.")


class NoSuchConflict(Conflict):
    """There is nothing to decide at this place: the change and the head agree there, or it was never in conflict."""

    code = "NO_SUCH_CONFLICT"
    message_default = _("There is no conflict at this place.")


class ConflictMoved(Conflict):
    """One of the two sides is not what was seen. ``details["conflicts"]`` shows them as they are."""

    code = "CONFLICT_MOVED"
    message_default = _("A side of this conflict is another one by now. Look at it again.")


class ResolutionRefused(ExecutionFailed):
    """The value does not fit the definition. ``details["findings"]`` says why."""

    code = "RESOLUTION_REFUSED"
    message_default = _("This value does not fit here.")


class OutsideWindow(Conflict):
    """``details``: the ``windows``, and ``opens_at``, the next time all of them are open."""

    code = "OUTSIDE_WINDOW"
    message_default = _("The policies of this environment do not allow a merge at this time.")


class PassedTestsMissing(Conflict):
    code = "TESTS_MISSING"
    message_default = _("The policies of this environment ask for tests that passed.")


class AuthorMerges(PermissionDenied):
    code = "AUTHOR_MERGES"
    message_default = _("Who worked on a change may not merge it here. Ask somebody else.")


class ApprovalMissing(Conflict):
    """``details``: ``required`` and ``given`` votes, and the ``missing`` seats."""

    code = "APPROVAL_MISSING"
    message_default = _("The change needs more approvals before it can be merged.")


class SelfApproval(PermissionDenied):
    code = "SELF_APPROVAL"
    message_default = _("Another person has to approve this change.")


class ForeignComment(PermissionDenied):
    """Words are their author's: only an administrator may take away somebody else's, and nobody edits them."""

    code = "FOREIGN_COMMENT"
    message_default = _("Only its author can edit a comment.")


class CommentDeleted(Conflict):
    code = "COMMENT_DELETED"
    message_default = _("This comment was deleted.")


class NothingDiffers(Conflict):
    """What was chosen is here as it is there."""

    code = "NOTHING_DIFFERS"
    message_default = _("There is nothing to adopt: both sides say the same.")
