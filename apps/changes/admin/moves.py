"""The buttons of a change: every move the table has from its state, with the reason when one is not possible now."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.approvals.core.requirement import Tally
from apps.changes.core.lifecycle import State, capabilities
from apps.changes.models import Change
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Button

OPEN = (State.DRAFT, State.IMPLEMENTING, State.WORKSPACE_RUNNING, State.VALIDATION_FAILED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which buttons are possible."""

    me: UUID
    authors: frozenset[UUID]
    operations: int
    tally: Tally
    required: int
    my_vote: bool
    replayed: bool = False
    conflicts: int = 0
    reversal: Change | None = None


def moves(change: Change, standing: Standing) -> list[Button]:
    """The moves, the likeliest one first."""
    if change.archived_at is not None:
        return offered(_clone(change))
    state = State(change.status)
    if state == State.READY:
        return offered(*_ready(change, standing), _clone(change))
    if state == State.MERGED:
        return offered(_revert(change, standing), _clone(change))
    if state == State.VALIDATING:
        abort = {"status": State.IMPLEMENTING.value}
        if change.checked_in_by_id is None:
            # Somebody asked for a validation only: the check-in joins it.
            checked_in = offer("change.check_in", change.pk, label=_("Check in"), look="primary", icon="fact_check")
        else:
            checked_in = None
        return offered(
            checked_in,
            offer("change.set_status", change.pk, label=_("Stop the validation"), inputs=abort),
            _clone(change),
        )
    return offered(*_working(change, state, standing), _clone(change), _archive(change))


def _working(change: Change, state: State, standing: Standing) -> Sequence[Button | None]:
    nothing = "" if standing.operations else _("Stage an operation first.")
    if standing.conflicts:
        nothing = _("Settle the conflicts first.")
    back = {State.VALIDATION_FAILED: _("Back to work"), State.WORKSPACE_RUNNING: _("Close the workspace")}
    implementing = {"status": State.IMPLEMENTING.value}
    return [
        offer("change.check_in", change.pk, label=_("Check in"), look="primary", icon="fact_check", blocked=nothing)
        or _asks_an_administrator(_("Check in")),
        offer("change.start", change.pk, label=_("Close the scope"), asks=True) if state == State.DRAFT else None,
        offer("change.reopen", change.pk, label=_("Reopen the scope")) if state == State.IMPLEMENTING else None,
        offer("change.set_status", change.pk, label=back[state], inputs=implementing) if state in back else None,
        _rebase(change) if standing.replayed and not standing.conflicts else None,
        offer("change.edit", change.pk, label=_("Edit the description"), asks=True, icon="edit")
        if capabilities(state).mutable
        else None,
    ]


def _ready(change: Change, standing: Standing) -> Sequence[Button | None]:
    digest = {"digest": change.approval_digest}
    missing = standing.tally.missing
    wait = (
        ngettext("%(count)s more approval is needed.", "%(count)s more approvals are needed.", missing)
        % {"count": missing}
        if missing
        else ""
    )
    return [
        offer("change.merge", change.pk, label=_("Merge"), look="primary", icon="merge", inputs=digest, blocked=wait)
        or _asks_an_administrator(_("Merge")),
        offer(
            "change.approve",
            change.pk,
            label=_("Approve"),
            icon="how_to_vote",
            inputs=digest,
            blocked=_no_vote(standing),
        )
        if not standing.my_vote
        else None,
        offer("change.approve", change.pk, label=_("Approve with a comment"), inputs=digest, asks=True, look="quiet")
        if not standing.my_vote and not _no_vote(standing)
        else None,
        *_refusals(change, standing),
        offer("change.withdraw_approval", change.pk, label=_("Withdraw my approval")) if standing.my_vote else None,
        offer("change.withdraw", change.pk, label=_("Withdraw"), asks=True, icon="undo"),
    ]


def _asks_an_administrator(label: str) -> Button:
    """What comes next is said to those who cannot do it, too."""
    return Button("", label, "", blocked=_("Needs the permission change.approve: ask an administrator."))


def _no_vote(standing: Standing) -> str:
    if standing.me in standing.authors:
        return _("You worked on this change. Another person has to approve it.")
    if standing.required == 0:
        return _("This environment needs no approval.")
    return ""


def _refusals(change: Change, standing: Standing) -> Sequence[Button | None]:
    """Saying no: for now, or for good. Authors withdraw instead."""
    if standing.me in standing.authors:
        return []
    digest = {"digest": change.approval_digest}
    return [
        offer(
            "change.request_changes",
            change.pk,
            label=_("Request changes"),
            inputs=digest,
            asks=True,
            icon="rate_review",
        ),
        offer("change.deny", change.pk, label=_("Deny"), inputs=digest, asks=True, look="danger", icon="block"),
    ]


def _rebase(change: Change) -> Button | None:
    return offer("change.rebase", change.pk, label=_("Rebase on what runs now"), icon="move_up")


def _revert(change: Change, standing: Standing) -> Button | None:
    blocked = ""
    if standing.reversal is not None:
        blocked = _("%(number)s reverts it already.") % {"number": standing.reversal.number}
    return offer("change.revert", change.pk, label=_("Revert"), icon="undo", asks=not blocked, blocked=blocked)


def _clone(change: Change) -> Button | None:
    return offer("change.clone", change.pk, label=_("Clone"), asks=True, icon="content_copy")


def _archive(change: Change) -> Button | None:
    return offer("change.archive", change.pk, label=_("Archive"), asks=True, look="danger", icon="archive")


def take_in_hand(change: Change, in_hand: UUID | None) -> Button | None:
    """Choose the change in the shell, or put it down."""
    if change.archived_at is not None or State(change.status) not in OPEN:
        return None
    held = in_hand == change.pk
    label = _("Put it down") if held else _("Work in this change")
    value = "" if held else str(change.pk)
    icon = "close" if held else "edit_note"
    return Button("", label, reverse("admin:pick_change"), {"value": value}, look="" if held else "primary", icon=icon)
