"""Counting on where the measure of a validation was cut off, a step at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.changes.core.impact import Counted, Impact, Part, added, counting, finished
from apps.changes.core.lifecycle import State
from apps.changes.models import Change, ChangeImpact
from apps.changes.services.measuring import go_on, parts_of
from apps.changes.services.planning import plan_change
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.queries import Found, Member, Page, Place, descendants, referrers_after

#: How many definitions one step finds, by how many looks at most (each at a hundred of those they may point at).
STEP = 5_000
LOOKS = 100
#: How many of their own the other apps count in the last step.
PARTS_LIMIT = 100_000


@command("change.measure_impact", safety=Safety.WRITE_INTERNAL, internal=True)
def measure_impact(change_id: UUID, *, actor: Actor, at: datetime) -> ChangeImpact | None:
    """Count one step more of what a change reaches, and leave the next step to the next job.

    Delivered twice it counts a step more; killed halfway it counts the same step again; finished it does nothing.
    """
    row = ChangeImpact.objects.select_for_update(no_key=True).filter(change_id=change_id).first()
    if row is None or row.finished_at is not None:
        return row
    change: Change = Change.objects.select_related("environment").one(change_id)
    touched = [(kind, key) for kind, key in row.roots]
    members = descendants(change.environment_id, touched)
    shown = Impact.from_dict(row.result)
    counted, place = _resumed(row.cursor, shown)
    page = _walked(change.environment_id, members, place)
    counted = added(counted, [Counted(*found) for found in page.found], touched)

    row.measured_at = at
    if page.following is None:
        counted = finished(counted, _parts(change, counted))
        row.cursor, row.progress, row.finished_at = None, 1.0, at
        told = {"dependants": counted.dependants, "rows": counted.rows}
        emit("change.impact_measured", subject=change, actor=actor, at=at, payload=told)
    else:
        member, source_id = page.following
        row.cursor = {
            "step": row.cursor["step"] + 1 if row.cursor else 1,
            "member": list(member),
            "source_id": str(source_id),
            "counted": counted.as_dict(),
        }
        row.progress = max(row.progress, _progress(page.following, members))
        go_on(row)
    if row.finished_at is not None or counted.dependants >= shown.dependants:
        row.result = counted.as_dict()
    row.save()
    return row


def _walked(environment_id: UUID, members: Sequence[Member], place: Place) -> Page:
    """The pages that make one step."""
    found: list[Found] = []
    following: Place | None = place
    for _ in range(LOOKS):
        if following is None or len(found) >= STEP:
            break
        page = referrers_after(environment_id, members, following, limit=STEP)
        found.extend(page.found)
        following = page.following
    return Page(tuple(found), following)


def _resumed(cursor: dict[str, Any] | None, shown: Impact) -> tuple[Impact, Place]:
    """What was counted so far, and where to go on."""
    if cursor is None:
        return counting(shown.parts), Place()
    kind, key = cursor["member"]
    return Impact.from_dict(cursor["counted"]), Place((kind, key), UUID(cursor["source_id"]))


def _parts(change: Change, counted: Impact) -> tuple[Part, ...]:
    """What the other apps count, asked again with a wider bound where a request's was too narrow."""
    if all(part.complete for part in counted.parts) or change.status == State.MERGED or change.archived_at is not None:
        return counted.parts
    return tuple(parts_of(change.environment_id, plan_change(change).plan, PARTS_LIMIT))


def _progress(place: Place, members: Sequence[Member]) -> float:
    """How far the walk is. Sources are walked by id, and ids are random: the first bits say how far it is in one."""
    passed = sum((member.kind, member.key) < place.member for member in members)
    within = (place.source_id.int >> 96) / 2**32
    return min(1.0, (passed + within) / max(1, len(members)))
