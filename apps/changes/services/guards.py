"""What every write of a change asks first: the lock, and whether the change takes it in its state."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.changes.core.lifecycle import State, askable_from, capabilities
from apps.changes.errors import ChangeArchived, ChangeMerged, ModuleReadOnly, OperationsFrozen, ScopeClosed
from apps.changes.models import Change
from apps.kernel.errors import AgentNotAllowed, IllegalTransition
from apps.kernel.scope import Actor
from apps.tenancy.models import Module


def lock_change(change_id: UUID) -> Change:
    """The change, locked until the transaction ends. Raises ``NotFound``, ``ChangeMerged``, ``ChangeArchived``."""
    change: Change = Change.objects.lock(change_id)
    if change.status == State.MERGED:
        raise ChangeMerged(number=change.number)
    if change.archived_at is not None:
        raise ChangeArchived(number=change.number)
    return change


def refuse_machines(actor: Actor) -> None:
    """Checking in, withdrawing and merging take a person. The kernel's guard stops agents; services end here."""
    if actor.kind != "human":
        raise AgentNotAllowed(_("A person has to check in, withdraw and merge changes."))


def refuse_closed_scope(change: Change) -> None:
    """Targets are added in Draft only."""
    if not capabilities(change.status).add_targets:
        raise ScopeClosed(status=change.status)


def refuse_frozen_operations(change: Change) -> None:
    """Operations are added, edited and deleted until the check-in, in a module that may be written."""
    if not capabilities(change.status).add_operations:
        raise OperationsFrozen(status=change.status)
    refuse_read_only(change)


def refuse_read_only(change: Change) -> None:
    """Nothing is written into a module that is read only, whatever was staged before it became so."""
    if change.module is not None and is_read_only(change):
        raise ModuleReadOnly(module=change.module.name)


def is_read_only(change: Change) -> bool:
    """Whether the module of a change is read only by now."""
    return change.module is not None and change.module.capability_profile == Module.CapabilityProfile.READ_ONLY


def refuse_move(change: Change, target: State, *, needs: str = "") -> IllegalTransition:
    """The refusal of a move the table does not have: what it takes, and the moves there are."""
    before = [str(state) for state in State if target in askable_from(state)]
    if before and not needs:
        needs = _("Only what is %(before)s can become %%(target)s.") % {"before": _(" or ").join(before)}
    return IllegalTransition(change.status, target, askable_from(change.status), what=change.number, needs=needs)
