"""What a change does, told definition by definition: its operations, and what becomes of the definition by them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.changes.admin.outcome import Outcome
from apps.changes.core.lifecycle import State, capabilities
from apps.changes.models import Change, ChangeOperation, Comment
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Empty, Link, Who
from apps.metadata.admin.diffing import Delta
from apps.metadata.admin.editing import form_of, has_forms
from apps.metadata.admin.listing import label_of
from apps.metadata.core.findings import NodeId

REVERSIBLE: dict[str, Badge] = {
    "lossless": Badge(_("reversible"), "good", "undo"),
    "lossy": Badge(_("partly reversible"), "warn", "undo"),
    "irreversible": Badge(_("irreversible"), "bad", "block"),
}
#: Operations, definitions and differences drawn at once; the rest is a click away.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One operation. ``effects`` are badges: how it can be undone, and what refers to what it changes."""

    sequence: int
    anchor: str
    summary: str
    by: Who
    effects: Sequence[Badge] = ()
    remarks: Link | None = None
    buttons: Sequence[Button | Link] = ()


@dataclass(frozen=True, slots=True)
class DefinitionStory:
    """What becomes of one definition. ``hidden`` differences are left out of ``deltas``."""

    title: str
    kind: str
    badge: Badge | None
    lines: Sequence[OperationLine]
    deltas: Sequence[Delta]
    hidden: int
    raw: str


@dataclass(frozen=True, slots=True)
class StoryBody:
    definitions: Sequence[DefinitionStory]
    empty: Empty
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What the lines need besides the operations. ``in_hand``: edits of metadata go into this change."""

    outcome: Outcome
    comments: Sequence[Comment] = ()
    in_hand: bool = False
    everything: bool = False
    effects: Mapping[NodeId, Sequence[Badge]] = field(default_factory=dict)


def story_card(change: Change, operations: Sequence[ChangeOperation], telling: Telling) -> Card:
    """One card, with the definitions in the order of the plan."""
    groups = telling.outcome.groups
    most = None if telling.everything else SHOWN
    by_target: dict[NodeId, list[ChangeOperation]] = {
        target: list(rows) for target, rows in groupby(sorted(operations[:most], key=_place), key=_target)
    }
    targets = sorted({*by_target, *groups})
    remarks = Counter(comment.operation_id for comment in telling.comments if comment.deleted_at is None)
    definitions, drawn = [], 0
    for target in targets[:most]:
        deltas = groups[target].deltas if target in groups else ()
        shown = deltas if most is None else deltas[: max(most - drawn, 0)]
        drawn += len(shown)
        definitions.append(_definition(change, target, by_target.get(target, []), shown, telling, remarks))
    title = _("What it did") if change.status == State.MERGED else _("What it would do now")
    more = None
    if most is not None and (max(len(operations), len(targets)) > most or any(one.hidden for one in definitions)):
        more = Link(_("Show all operations and differences"), f"{page_of(change)}?operations=all")
    empty = Empty(
        _("It alters nothing yet"), _("Take it in hand and edit a record type or a choice list."), icon="difference"
    )
    return Card(title, "components/story.html", StoryBody(definitions, empty, more), len(targets) or None)


def _place(row: ChangeOperation) -> Any:
    return (*_target(row), row.sequence)


def _target(row: ChangeOperation) -> NodeId:
    return (row.target.kind, row.target.key)


def _definition(
    change: Change,
    target: NodeId,
    rows: Sequence[ChangeOperation],
    shown: Sequence[Delta],
    telling: Telling,
    remarks: Mapping[UUID | None, int],
) -> DefinitionStory:
    group = telling.outcome.groups.get(target)
    hidden = len(group.deltas) - len(shown) if group else 0
    return DefinitionStory(
        title=group.title if group else target[1],
        kind=label_of(target[0]),
        badge=group.badge if group else Badge(_("unchanged")),
        lines=[_line(change, row, telling, remarks.get(row.pk, 0)) for row in rows],
        deltas=shown,
        hidden=hidden,
        raw=group.raw if group and not hidden else "",
    )


def _line(change: Change, row: ChangeOperation, telling: Telling, remarks: int) -> OperationLine:
    undo = REVERSIBLE.get(str(telling.outcome.reversibility.get(row.pk, "")))
    return OperationLine(
        sequence=row.sequence,
        anchor=anchor_of(row.pk),
        summary=row.summary,
        by=Who(row.author.name, row.author.kind),
        effects=[*([undo] if undo else ()), *telling.effects.get(_target(row), ())],
        remarks=Link(str(remarks), "#conversation") if remarks else None,
        buttons=operation_buttons(change, row, in_hand=telling.in_hand),
    )


def anchor_of(operation_id: UUID) -> str:
    return f"operation-{operation_id.hex[:12]}"


def operation_buttons(change: Change, row: ChangeOperation, *, in_hand: bool) -> list[Button | Link]:
    """Talk about an operation; edit and delete a pending one."""
    inputs = {"operation_id": row.pk}
    talk = offer("change.comment", change.pk, label=_("Comment"), inputs=inputs, asks=True, look="quiet", size="small")
    pending = change.archived_at is None and row.executed_at is None and capabilities(change.status).add_operations
    if not pending:
        return [*offered(talk)]
    delete = offer("change.delete_operation", change.pk, label=_("Delete"), inputs=inputs, look="quiet", size="small")
    return [*offered(talk, _edit(change, row, in_hand=in_hand), delete)]


def _edit(change: Change, row: ChangeOperation, *, in_hand: bool) -> Button | None:
    """The form the operation was made with; taking the change in hand comes before, since that form works there.

    Kinds without forms get the operation as JSON. Where a kind has forms and none of them asks for this operation
    (a removal, a restoration), there is nothing to edit: it is deleted, or it stays.
    """
    form = form_of(row.target.kind, row.target.key, row.operation, row.payload)
    if form is None:
        inputs = {"operation_id": row.pk}
        plain = offer(
            "change.edit_operation", change.pk, label=_("Edit"), inputs=inputs, asks=True, size="small", look="quiet"
        )
        return None if has_forms(row.target.kind) else plain
    if in_hand:
        back = page_of(change)
        return Button("", _("Edit"), form, {"next": back}, asks=True, look="quiet", size="small")
    pick = {"value": str(change.pk), "next": f"{form}?next={page_of(change)}"}
    return Button("", _("Edit"), reverse("admin:pick_change"), pick, look="quiet", size="small")
