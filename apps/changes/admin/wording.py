"""What people read on the forms of changes, and after them."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.folding import rarely_asked
from apps.kernel.admin.naming import answers, asks, called, explains
from apps.kernel.admin.pages import arrives

arrives("change.clone", "change.revert")
rarely_asked("change.create", "project_id", "module_id", "module_path", "base_sha", "branch_name")

called(
    {
        "change.create": _("New change"),
        "change.add_target": _("Declare a target"),
        "change.delete_target": _("Take out a target"),
        "change.stage_operation": _("Stage an operation"),
        "change.stage_operations": _("Stage operations"),
        "change.execute": _("Dry run"),
        "change.start": _("Close the scope"),
        "change.reopen": _("Reopen the scope"),
        "change.resolve_conflicts": _("Settle conflicts"),
        "change.clear_resolution": _("Take a decision back"),
        "change.replan": _("Plan anew"),
        "change.measure_impact": _("Measure the impact"),
        "change.edit": _("Edit the change's description"),
        "change.set_status": _("Move the change"),
        "change.edit_operation": _("Edit operation"),
        "change.request_changes": _("Request changes"),
        "change.deny": _("Deny"),
        "change.revert": _("Revert"),
        "change.rebase": _("Rebase"),
        "change.comment": _("Comment"),
        "change.edit_comment": _("Edit comment"),
        "change.delete_comment": _("Delete comment"),
        "change.delete_operation": _("Delete operation"),
        "change.withdraw_approval": _("Withdraw my approval"),
    }
)

answers(
    {
        "change.create": _("%(number)s is created and in hand."),
        "change.clone": _("%(number)s is a clone, and in hand."),
        "change.revert": _("%(number)s undoes it, and is in hand. Look at what it would do, then check it in."),
        "change.rebase": _("%(number)s is based on what runs now."),
        "change.request_changes": _("%(number)s is back in work, with what you asked for."),
        "change.deny": _("%(number)s is denied. It never merges."),
        "change.edit": _("%(number)s is described anew."),
        "change.check_in": _("%(number)s is checked in. A worker validates it."),
        "change.approve": _("You approved %(number)s."),
        "change.withdraw_approval": _("Your approval of %(number)s is withdrawn."),
        "change.withdraw": _("%(number)s is back in work."),
        "change.merge": _("%(number)s is merged."),
        "change.archive": _("%(number)s is archived."),
        "change.comment": _("Your comment is there."),
        "change.edit_comment": _("Your comment says it otherwise now."),
        "change.delete_comment": _("The comment is deleted."),
    }
)

explains(
    {
        "change.add_target": _("Declare a definition the change may touch, as a selector. It need not exist yet."),
        "change.adopt": _(
            "This opens a draft that makes the environment say what the other side says. It brings along what the "
            "definitions need, and retires here what the other side does not have. Nothing is merged yet."
        ),
        "change.approve": _(
            "You vote for exactly what the page of the change shows. When it is edited, or would do something else, "
            "your vote is void and you are told. You can take it back until the merge."
        ),
        "change.archive": _(
            "The change is put away. It stays readable and can be cloned, and cannot be taken out again."
        ),
        "change.check_in": _(
            "Nothing in the change can be edited from here on, and a worker validates it. Checking in is not a vote."
        ),
        "change.clone": _(
            "This opens a draft of yours with the same operations. What finds nothing to work on any more is left "
            "out, and said in the description. Whoever wrote an operation cannot approve the clone either."
        ),
        "change.deny": _(
            "This is final: the change never merges, and votes for it are void. Who wants to go on has to clone it. "
            "If you only want something done differently, request changes instead."
        ),
        "change.edit_operation": _("The operation keeps its place among the others and what it works on."),
        "change.execute": _("What merging the change would do now. Nothing is written."),
        "change.merge": _("The change is merged as a whole, or not at all."),
        "change.request_changes": _(
            "The change goes back into work with your comment, and votes for it are void. It can be checked in again."
        ),
        "change.resolve_conflicts": _(
            "Decide conflicts with what was merged meanwhile, all of those named or none. The page of the change "
            "does the same side by side."
        ),
        "change.revert": _(
            "This opens a draft that takes the merged change back: definitions say again what they said before, and "
            "those it brought into being are retired. What others merged since at other places stays; at the same "
            "places it is a conflict. The draft is checked in, approved and merged like any other."
        ),
        "change.set_status": _("Move the change to another status. What the move takes, such as a permission, stays."),
        "change.stage_operation": _("Stage one operation. Fields are named by their names."),
        "change.start": _(
            "From here on the change touches no further definition; operations on those it touches can still be "
            "added. Reopening the scope lifts this."
        ),
        "change.withdraw": _("The change goes back into work. Votes for it are void, and the voters are told."),
    }
)

asks(
    {
        "change.create:environment_id": (_("Environment"), _("Where it is going to be merged.")),
        "change.create:module_id": (_("Module"), ""),
        "change.create:base_sha": (_("Commit it starts from"), ""),
        "change.request_changes:comment": (_("What should be different"), ""),
        "change.deny:comment": (_("Why"), _("Everybody who sees the change can read it.")),
        "change.approve:comment": (_("Comment"), _("Everybody who sees the change can read it.")),
        "change.clone:title": (_("Title"), ""),
        "change.adopt:from_environment_id": (_("The other environment"), _("Empty: this one, at the time below.")),
        "change.adopt:from_at": (_("As it was at"), _("In UTC. Empty: now.")),
        "change.adopt:definitions": (_("Only these definitions"), _("Empty: everything that differs.")),
    }
)
