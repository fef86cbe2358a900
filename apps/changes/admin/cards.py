"""The boxes of a change's page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.approvals.models import Vote
from apps.changes.admin.outcome import Outcome, snapshot_cells
from apps.changes.core.lifecycle import State
from apps.changes.core.requirement import Tally
from apps.changes.models import Change, ChangeOperation, Snapshot
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Row, Table, Who, facts, table
from apps.metadata.admin.diffing import DiffBody
from apps.metadata.admin.listing import label_of

REVERSIBLE: dict[str, Badge] = {
    "lossless": Badge(_("reversible"), "good"),
    "lossy": Badge(_("partly reversible"), "warn"),
    "irreversible": Badge(_("irreversible"), "bad"),
}
DIGITS = 12


def conflicts_card(outcome: Outcome) -> Card | None:
    if not outcome.conflicts:
        return None
    return Card(
        _("Conflicts with what was merged meanwhile"),
        "components/conflicts.html",
        outcome.conflicts,
        len(outcome.conflicts),
    )


def findings_card(outcome: Outcome) -> Card | None:
    if not outcome.findings:
        return None
    return Card(_("Findings"), "components/findings.html", outcome.findings, len(outcome.findings))


def diff_card(outcome: Outcome, *, merged: bool) -> Card:
    title = _("What it did") if merged else _("What it would do now")
    empty = Empty(
        _("It alters nothing yet"), _("Take it in hand and edit a record type or a choice list."), icon="difference"
    )
    return Card(title, "components/diff.html", DiffBody(outcome.groups, empty), len(outcome.groups) or None)


def operation_cards(
    change: Change,
    grouped: Sequence[tuple[tuple[str, str], list[ChangeOperation]]],
    outcome: Outcome,
    *,
    editable: bool,
) -> list[Card]:
    """The operations, one table for each definition."""
    return [
        table(
            _("Operations on %(kind)s %(key)s") % {"kind": label_of(kind).lower(), "key": key},
            Table(
                ["#", _("Operation"), _("Undo"), _("By")],
                [_operation_row(change, row, outcome.reversibility, editable=editable) for row in rows],
            ),
        )
        for (kind, key), rows in grouped
    ]


def _operation_row(change: Change, row: ChangeOperation, reversibility: Any, *, editable: bool) -> Row:
    undo: Any = REVERSIBLE.get(str(reversibility.get(row.pk, "")), "")
    if row.executed_at is not None:
        undo = Badge(_("executed"), "good")
    buttons = operation_buttons(change.pk, row.pk) if editable and row.executed_at is None else []
    return Row([str(row.sequence), row.summary, undo, Who(row.author.name, row.author.kind)], buttons=buttons)


def operation_buttons(change_id: UUID, operation_id: UUID) -> list[Button]:
    """Edit and delete a pending operation."""
    inputs = {"operation_id": operation_id}
    return offered(
        offer(
            "change.edit_operation", change_id, label=_("Edit"), inputs=inputs, asks=True, size="small", look="quiet"
        ),
        offer("change.delete_operation", change_id, label=_("Delete"), inputs=inputs, size="small", look="quiet"),
    )


def votes_card(votes: Sequence[Vote]) -> Card | None:
    if not votes:
        return None
    rows = [
        Row(
            [Who(vote.voter.name, vote.voter.kind), vote_badge(vote), Code(vote.digest[:DIGITS]), vote.cast_at],
            muted=not vote.stands,
        )
        for vote in votes
    ]
    return table(_("Votes"), Table([_("By"), _("State"), _("For digest"), _("Cast")], rows))


def vote_badge(vote: Vote) -> Badge:
    if vote.withdrawn_at is not None:
        return Badge(_("withdrawn"))
    if vote.voided_at is not None:
        return Badge(_("void"), "warn")
    return Badge(_("stands"), "good")


def snapshot_card(snapshots: Sequence[Snapshot]) -> Card | None:
    if not snapshots:
        return None
    columns = [_("Definition"), _("Kind"), _("Revision before"), _("Digest before"), _("Taken")]
    return table(_("Snapshots"), Table(columns, [Row(snapshot_cells(snapshot)) for snapshot in snapshots]))


def requirement_facts(change: Change, tally: Tally) -> Card:
    """What it takes to merge, and the digest a vote is for."""
    votes = change.environment.required_votes
    asked = (
        ngettext("%(count)s person besides the authors", "%(count)s people besides the authors", votes)
        % {"count": votes}
        if votes
        else _("nobody: this environment needs no votes")
    )
    shown = change.status in (State.READY, State.MERGED)
    return facts(
        _("What it takes to merge"),
        Fact(_("Approval of"), asked),
        Fact(_("Given"), str(len(tally.voters)) if votes and shown else ""),
        Fact(_("Approval digest"), Code(change.approval_digest) if change.approval_digest else ""),
        Fact(_("Validated"), change.validated_at),
    )
