"""Two changes that meet: what the tests of conflicts start from."""

from typing import Any

from apps.changes.models import Change, ConflictResolution
from apps.changes.services import plan_change
from apps.changes.services.conflicts import Met, conflicts_of
from apps.changes.services.planning import Planned
from tests.changing import World


def labelled(of: World, label: str, *, title: str = "", field: str = "summary") -> Change:
    """A draft that gives a field of the incident another label."""
    change = of.open(title or f"Call it {label}")
    of.stage(change, "set_field", {"field": field, "definition": {"label": label}})
    return change


def met(of: World, *, mine: str = "Mine", theirs: str = "Theirs") -> tuple[Change, Change]:
    """A draft, and the change that was merged meanwhile and gave the same field another label."""
    change, other = labelled(of, mine), labelled(of, theirs)
    of.carry_through(other)
    return change, other


def planned(of: World, change: Change) -> Planned:
    with of.reading():
        return plan_change(of_row(change))


def of_row(change: Change) -> Change:
    row: Change = Change.objects.select_related("environment").get(pk=change.pk)
    return row


def conflicts(of: World, change: Change) -> list[Met]:
    with of.reading():
        row = of_row(change)
        return conflicts_of(row, plan_change(row))


def decision(one: Met, choice: str, **more: Any) -> dict[str, Any]:
    """What a person sends who saw this conflict."""
    shown = one.conflict.as_dict()
    return {**{name: shown[name] for name in ("kind", "key", "path", "seen")}, "choice": choice, **more}


def decide(of: World, change: Change, choice: str, **more: Any) -> Any:
    """Every conflict of the change decided the same way."""
    by = more.pop("by", None)
    wanted = [decision(one, choice, **more) for one in conflicts(of, change)]
    return of.give("change.resolve_conflicts", change.pk, by=by, decisions=wanted)


def stored(of: World, change: Change) -> list[tuple[str, str]]:
    """The resolutions of a change: path and choice."""
    with of.reading():
        rows = ConflictResolution.objects.filter(change_id=change.pk).order_by("kind", "key", "path")
        return [("/".join(row.path), row.choice) for row in rows]
