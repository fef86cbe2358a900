"""What is to be seen before a change is reverted: what comes back, what does not, and what the draft would do."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.changes import queries
from apps.changes.admin.story import REVERSIBLE
from apps.changes.core.lifecycle import State
from apps.changes.core.reversal import Reversal
from apps.changes.models import Change
from apps.changes.services.reverting import reversal_preview, revisions_of_merge
from apps.kernel.admin.panels import previews
from apps.kernel.admin.parts import Badge, Card, Empty
from apps.kernel.errors import NotFound
from apps.metadata.admin.listing import label_of
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Reversibility
from apps.metadata.queries import heads_by_key

#: Lines drawn in each list.
SHOWN = 100


@previews("change.revert")
def revert_preview(request: HttpRequest, target: str | None) -> Sequence[Card]:
    """Nothing for what is not merged: the command says so itself."""
    try:
        change = Change.objects.one(queries.change_id_of(target or ""))
    except NotFound:
        return ()
    if change.status != State.MERGED:
        return ()
    reversal = reversal_preview(change)
    return [_undone(reversal), _draft(change, reversal)]


def _undone(reversal: Reversal) -> Card:
    """Each operation of the change with how well it can be undone, the worst first."""
    worst = [Reversibility.IRREVERSIBLE, Reversibility.LOSSY, Reversibility.LOSSLESS]
    ordered = sorted(reversal.verdicts, key=lambda verdict: worst.index(verdict.reversibility))
    rows = [
        _line(
            verdict.operation.operation.summary(),
            (verdict.operation.kind, verdict.operation.key),
            REVERSIBLE[str(verdict.reversibility)],
        )
        for verdict in ordered
    ]
    return _list(_("What can be undone"), rows)


def _draft(change: Change, reversal: Reversal) -> Card:
    """The operations of the draft. Where a definition was changed since, they are replayed on what is there now."""
    made = revisions_of_merge(change)
    heads = heads_by_key(change.environment_id, {(step.kind, step.key) for step in reversal.steps})
    moved = {target for target, head in heads.items() if target in made and head.revision_id != made[target].pk}
    since = Badge(_("changed since"), "warn", "history")
    rows = [
        _line(step.operation.summary(), (step.kind, step.key), since if (step.kind, step.key) in moved else None)
        for step in reversal.steps
    ]
    return _list(_("What the draft would do"), rows)


def _line(text: str, target: NodeId, badge: Badge | None) -> dict[str, Any]:
    return {"line": text, "notes": [f"{label_of(target[0])} {target[1]}"], "badge": badge}


def _list(title: str, rows: Sequence[dict[str, Any]]) -> Card:
    shown = list(rows[:SHOWN])
    left = len(rows) - len(shown)
    if left:
        shown.append({"line": ngettext("%(count)s more", "%(count)s more", left) % {"count": left}, "notes": []})
    return Card(title, "components/items.html", {"rows": shown, "empty": Empty(_("Nothing"))}, len(rows))
