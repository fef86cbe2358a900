"""Two environments, or one at two times, side by side: what differs, and a change made of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.kernel.admin.linking import address, subject_parts
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Empty, Fact, Link, Row, Stack, Table, Tone, facts, table
from apps.kernel.admin.shell import shell_of
from apps.metadata.admin.asking import TwoSides
from apps.metadata.admin.diffing import DiffBody, group_of
from apps.metadata.admin.listing import CHANGE, definition_page, label_of, short
from apps.metadata.core.diff import diff
from apps.metadata.models import Definition, HeadMove
from apps.metadata.queries import Differing, Drift, KindDrift, Side, contents_by_digest, differing, drift, with_moves

SHOWN = 50
#: So many definitions are shown attribute by attribute; of the others, that they differ.
OPENED = 10
ADOPT = "change.adopt"
VERBS: dict[str, tuple[Any, Tone]] = {
    "added": (gettext_lazy("only there"), "good"),
    "removed": (gettext_lazy("only here"), "bad"),
    "changed": (gettext_lazy("differs"), "info"),
}


def compare_address(environment_id: UUID) -> str:
    return f"{reverse('admin:metadata_definition_compare')}?{urlencode({'environment': environment_id})}"


def comparison(request: HttpRequest) -> dict[str, Any]:
    """What the page shows of the two sides that were asked for."""
    environment = shell_of(request).environment
    shown: dict[str, Any] = {"title": _("Compare"), "lead": _("What differs between two environments, or two times")}
    if environment is None:
        empty = Empty(_("Choose an environment first"), icon="layers")
        return {**shown, "form": (), "cards": [table(_("Differences"), Table([], [], empty))]}
    form = TwoSides(request, environment.project_id, environment.id)
    if not form.is_valid():
        return {**shown, "form": form}
    here, there = form.side("environment", "here_at"), form.side("against", "at")
    wanted = differing(environment.project_id, here, there)
    after = _after(request, environment.project_id)
    if after is not None:
        wanted = wanted.filter(Q(kind__gt=after.kind) | Q(kind=after.kind, key__gt=after.key))
    rows = with_moves(wanted[: SHOWN + 1])
    more, rows = len(rows) > SHOWN, rows[:SHOWN]
    return {
        **shown,
        "form": form,
        "cards": [
            _drift_card(drift(here, there), form.said(here), form.said(there)),
            table(_("Differences"), _table(rows, here, there), buttons=_adopt_all(rows, here, there)),
            *_opened(rows[:OPENED]),
        ],
        "onward": _onward(request, rows[-1].definition) if more else "",
    }


def _drift_card(found: Drift, here: str, there: str) -> Card:
    counts = [f"{label_of(kind.kind)}: {', '.join(_counts(kind))}" for kind in found.kinds if _counts(kind)]
    verdict = Badge(_("equal"), "good", "check") if found.equal else Badge(_("drifted"), "warn", "difference")
    return facts(
        _("At a glance"),
        Fact(_("Verdict"), verdict),
        Fact(_("This side"), Stack(here, short(found.here_root))),
        Fact(_("The other side"), Stack(there, short(found.there_root))),
        Fact(_("Counts"), "; ".join(counts)),
    )


def _counts(kind: KindDrift) -> list[str]:
    """Only what there is."""
    said = (
        (kind.removed, _("%(count)d only here")),
        (kind.added, _("%(count)d only there")),
        (kind.changed, ngettext("%(count)d differs", "%(count)d differ", kind.changed)),
        (kind.unchanged, _("%(count)d alike")),
    )
    return [text % {"count": count} for count, text in said if count]


def _table(rows: list[Differing], here: Side, there: Side) -> Table:
    changes = subject_parts(
        (CHANGE, str(move.change_id)) for row in rows for move in (row.here, row.there) if move is not None
    )
    made = []
    for row in rows:
        definition, (verb, tone) = row.definition, VERBS[row.change]
        made.append(
            Row(
                [
                    Link(definition.key, definition_page(definition.kind, definition.pk)),
                    label_of(definition.kind),
                    Badge(verb, tone),
                    _stand(row.here, changes),
                    _stand(row.there, changes),
                ],
                buttons=_adopt(row, here, there),
            )
        )
    empty = Empty(_("No difference"), _("Both sides say the same."), icon="check")
    return Table([_("Definition"), _("Kind"), _("Difference"), _("This side"), _("The other side")], made, empty)


def _stand(move: HeadMove | None, changes: Any) -> Any:
    """A revision by its number, and the change that brought it there."""
    if move is None:
        return ""
    revision = Link(f"#{move.number}", address("metadata.revision", move.revision_id) or "")
    return Stack(revision, changes[CHANGE, str(move.change_id)])


def _inputs(there: Side) -> dict[str, Any]:
    inputs: dict[str, Any] = {"from_environment_id": there.environment_id}
    return inputs if there.at is None else {**inputs, "from_at": there.at.isoformat()}


def _adopt(row: Differing, here: Side, there: Side) -> list[Button]:
    """A draft of one definition and what it needs. The past of this side cannot be changed."""
    if here.at is not None:
        return []
    inputs = {**_inputs(there), "definitions": row.definition.pk}
    return offered(offer(ADOPT, here.environment_id, label=_("Adopt"), inputs=inputs, size="small"))


def _adopt_all(rows: list[Differing], here: Side, there: Side) -> list[Button]:
    if here.at is not None or not rows:
        return []
    return offered(
        offer(ADOPT, here.environment_id, label=_("Adopt…"), inputs=_inputs(there), asks=True, look="primary")
    )


def _opened(rows: list[Differing]) -> list[Card]:
    """The first ones, attribute by attribute, as adopting would alter them."""
    sides = [move for row in rows for move in (row.here, row.there) if move is not None]
    contents = contents_by_digest({move.digest: move.revision_id for move in sides})
    groups = []
    for row in rows:
        before = contents[row.here.digest] if row.here else None
        after = contents[row.there.digest] if row.there else None
        if before is not None and after is not None:
            groups.append(
                group_of(row.definition.key, label_of(row.definition.kind), before, after, diff(before, after))
            )
    return [Card(_("What adopting would alter"), "components/diff.html", DiffBody(groups))] if groups else []


def _after(request: HttpRequest, project_id: UUID) -> Definition | None:
    """The last definition of the page before."""
    try:
        last = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    found: Definition | None = Definition.objects.filter(pk=last, project_id=project_id).first()
    return found


def _onward(request: HttpRequest, last: Definition) -> str:
    asked = request.GET.copy()
    asked["after"] = str(last.pk)
    return f"{request.path}?{asked.urlencode()}"
