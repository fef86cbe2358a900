"""How much hangs on a change: the risk with the rule that gave it, and what else it reaches."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.changes.admin.story import REVERSIBLE
from apps.changes.core.impact import Impact, Part
from apps.changes.models import ChangeImpact
from apps.kernel import kinds
from apps.kernel.admin.linking import address
from apps.kernel.admin.naming import words
from apps.kernel.admin.parts import Badge, Card, Code, Fact, Link, Stack, Tone, facts
from apps.metadata.admin.listing import label_of
from apps.metadata.core.findings import NodeId

TONES: dict[str, Tone] = {"low": "good", "medium": "warn", "high": "bad"}
#: Dependants named in the card; the others are counted.
NAMED = 6


def tier_badge(tier: str) -> Badge:
    text = {"low": _("low risk"), "medium": _("medium risk"), "high": _("high risk")}.get(tier, tier)
    return Badge(text, TONES.get(tier, ""), "speed")


def weight_card(risk: Mapping[str, Any] | None, impact: Impact | None, row: ChangeImpact | None) -> Card | None:
    """The risk and its inputs as they were measured, and the definitions that refer to what changes."""
    if not risk or impact is None:
        return None
    inputs = risk["inputs"]
    undo = REVERSIBLE.get(str(inputs.get("reversibility", "")), "")
    return facts(
        _("Risk and reach"),
        Fact(_("Risk"), Stack(tier_badge(risk["tier"]), risk["sentence"])),
        Fact(_("Rule"), _("none applies") if risk["rule"] == "nothing" else Code(risk["rule"])),
        Fact(_("Environment"), inputs.get("stage", "")),
        Fact(_("Can be undone"), undo),
        Fact(_("Used by"), _reach(impact)),
        Fact(_("Records"), _counted(impact.rows, complete=impact.complete) if impact.rows else ""),
        *(Fact(words(part.name), _counted(part.count, complete=part.complete)) for part in _others(impact)),
        Fact(_("Counting"), _progress(row)),
    )


def effects_of(impact: Impact | None, targets: Iterable[NodeId]) -> dict[NodeId, Sequence[Badge]]:
    """What refers to each definition and what data it holds, as badges beside its operations."""
    if impact is None:
        return {}
    return {target: [_badge(part) for part in impact.of(target) if part.count] for target in targets}


def _badge(part: Part) -> Badge:
    count = _counted(part.count, complete=part.complete)
    if part.counts_as == "dependants":
        named = {"count": count, "what": _kind_words(part.name, part.count)}
        said = ngettext("%(count)s %(what)s refers to it", "%(count)s %(what)s refer to it", part.count)
        return Badge(said % named, "info", "hub")
    return Badge(f"{count} {words(part.name).lower()}", "warn" if part.counts_as == "rows" else "info", "database")


def _kind_words(name: str, count: int) -> str:
    known = {kind.name: kind for kind in kinds.all()}.get(name)
    if known is None:
        return words(name).lower()
    return str(known.label if count == 1 else known.label_plural).lower()


def _counted(count: int, *, complete: bool) -> str:
    return str(count) if complete else _("at least %(count)s") % {"count": count}


def _reach(impact: Impact) -> Any:
    """Counts by kind, with the first names below them."""
    if not impact.dependants:
        return _("nothing else") if impact.complete else _("not counted to the end yet")
    said = ", ".join(
        f"{_counted(count, complete=impact.complete)} {_kind_words(kind, count)}"
        for kind, count in sorted(impact.by_kind.items())
    )
    named = [_link(one.kind, one.key) for one in impact.sample[:NAMED]]
    more = impact.dependants - len(named)
    if more > 0:
        named.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return Stack(said, named)


def _link(kind: str, key: str) -> Any:
    url = address(f"types.{kind.replace('_', '')}", key)
    return Link(key, url) if url else f"{key} ({label_of(kind).lower()})"


def _others(impact: Impact) -> list[Part]:
    """What other apps count, besides definitions and records."""
    return [part for part in impact.parts if part.counts_as == "nothing"]


def _progress(row: ChangeImpact | None) -> str:
    if row is None or row.status == "complete":
        return ""
    return _("a worker counts the rest: %(percent)s %%") % {"percent": round(row.progress * 100)}
