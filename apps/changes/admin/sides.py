"""A conflict as people read it: what it is about, both sides and where they began, who moved it, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.changes.admin.outcome import Outcome
from apps.changes.core.conflicts import Conflict
from apps.changes.core.resolution import Choice, Resolution
from apps.changes.models import Change
from apps.changes.services.planning import Planned
from apps.kernel.admin.parts import Button, Card
from apps.metadata.admin.diffing import said, subject_of
from apps.metadata.admin.listing import label_of
from apps.metadata.core.content import MISSING
from apps.metadata.core.findings import NodeId

#: Conflicts that the page of a change draws; the page that settles them has the others.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sides:
    """One conflict in words. ``decided`` says whose value stands; empty while nobody has decided."""

    subject: str
    where: str
    base: str
    theirs: str
    mine: str
    decided: str = ""


@dataclass(frozen=True, slots=True)
class ConflictsBody:
    conflicts: Sequence[Sides]
    more: str
    frozen: str


class Names:
    """What definitions and their members are called, from every content at hand."""

    def __init__(self, planned: Planned) -> None:
        self.contents: dict[NodeId, tuple[Any, Any]] = {
            one.target: (one.before, one.after) for one in planned.plan.definitions
        }

    def subject(self, conflict: Conflict) -> str:
        return subject_of(conflict.path, *self.contents.get((conflict.kind, conflict.key), ())) or conflict.key


def side(value: Any, base: Any = MISSING) -> str:
    """A value in words; a missing one was taken away where ``base`` was there."""
    if value is MISSING:
        return _("nothing") if base is MISSING else _("nothing: it was removed")
    return said(value)


def sides_of(conflict: Conflict, names: Names, decision: Resolution | None = None) -> Sides:
    return Sides(
        subject=names.subject(conflict),
        where=f"{label_of(conflict.kind)} {conflict.key}",
        base=side(conflict.base),
        theirs=side(conflict.theirs, conflict.base),
        mine=side(conflict.mine, conflict.base),
        decided=chosen(decision) if decision else "",
    )


def chosen(decision: Resolution) -> str:
    """What was decided, in one line."""
    return {
        Choice.MINE: _("The change's value stands."),
        Choice.THEIRS: _("The merged value stays."),
        Choice.EDITED: _("Another value was given: %(value)s") % {"value": side(decision.value)},
    }[decision.choice]


def conflicts_card(change: Change, outcome: Outcome, *, address: str, editable: bool) -> Card | None:
    """The conflicts, the open ones first, and the way to the page that settles them."""
    planned = outcome.planned
    if planned is None or not (planned.plan.conflicts or planned.plan.settled):
        return None
    names, open_ones, settled = Names(planned), planned.plan.conflicts, planned.plan.settled
    shown = [sides_of(conflict, names) for conflict in open_ones[:SHOWN]]
    shown += [sides_of(one.conflict, names, one.resolution) for one in settled[: SHOWN - len(shown)]]
    left = len(open_ones) + len(settled) - len(shown)
    more = ngettext("%(count)s more", "%(count)s more", left) % {"count": left} if left else ""
    frozen = "" if editable or not open_ones else _("Take the change back into work to settle them.")
    label = _("Settle side by side") if open_ones else _("Look at them side by side")
    look: Literal["", "primary"] = "primary" if open_ones else ""
    button = Button("", label, address, asks=True, look=look, icon="compare_arrows")
    title = _("Conflicts with what was merged meanwhile") if open_ones else _("Conflicts that were settled")
    return Card(
        title,
        "components/conflicts.html",
        ConflictsBody(shown, more, frozen),
        len(open_ones) or None,
        buttons=[button],
    )
