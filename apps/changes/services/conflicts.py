"""What the API and the page show of the conflicts of a change: both sides, what was decided, and who moved the head."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.changes.core.conflicts import Conflict
from apps.changes.core.resolution import Resolution
from apps.changes.models import Change, ChangeTarget, ConflictResolution
from apps.changes.queries import resolutions_of
from apps.changes.services.loading import Loaded
from apps.changes.services.planning import Planned
from apps.kernel.prepared import prepared_cursor
from apps.metadata.core.content import Path

Place = tuple[str, str, Path]

#: How many moves of a head are looked through for the one that wrote a path.
LOOKED_THROUGH = 200


@dataclass(frozen=True, slots=True)
class Mover:
    """The merge that gave the head the value it has at a path."""

    change_id: UUID
    number: str
    title: str
    by_id: UUID | None
    by_name: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Met:
    """One conflict. ``stored`` is what was decided: in force when ``decision`` is given, a suggestion otherwise.

    ``mover`` is None where nobody wrote the path within the moves that are looked through.
    """

    conflict: Conflict
    decision: Resolution | None
    stored: ConflictResolution | None
    mover: Mover | None

    @property
    def is_open(self) -> bool:
        return self.decision is None


def conflicts_of(change: Change, planned: Planned) -> list[Met]:
    """Every conflict of a planned change, open and settled, in the order of their places. Two queries."""
    rows = resolutions_of(change.pk).select_related("author", "resolved_by", "base_revision")
    stored = {(row.kind, row.key, tuple(row.path)): row for row in rows.defer("base_revision__content")}
    settled = {one.conflict.place: one.resolution for one in planned.plan.settled}
    found = [*planned.plan.conflicts, *(one.conflict for one in planned.plan.settled)]
    movers = _movers(planned.loaded, found, stored)
    return [
        Met(conflict, settled.get(conflict.place), stored.get(conflict.place), movers.get(conflict.place))
        for conflict in sorted(found, key=lambda one: one.place)
    ]


# Each move since the change's base with the value before it; the newest one that altered the value is who moved it.
_MOVERS = """
with wanted as (
    select place, kind, key, since, array(select jsonb_array_elements_text(path::jsonb)) as path
    from unnest(%(kinds)s::text[], %(keys)s::text[], %(since)s::int[], %(paths)s::text[])
         with ordinality as w (kind, key, since, path, place)
),
written as (
    select w.place, m.*, m.content #> w.path as value, lag(m.content #> w.path) over earlier as before,
           lag(m.number) over earlier is null and m.digest_before <> '' as is_base
    from wanted w cross join lateral (
        select h.moved_at, h.number, h.change_id, h.moved_by_id, h.digest_before, r.content
        from metadata_headmove h
        join metadata_revision r on r.id = h.revision_id
        where h.environment_id = %(environment)s and h.kind = w.kind and h.key = w.key and h.number >= w.since
        order by h.moved_at desc
        limit %(limit)s
    ) m
    window earlier as (partition by w.place order by m.moved_at)
)
select distinct on (w.place) w.place, w.change_id, c.number, c.title, w.moved_by_id, p.name, w.moved_at, w.number
from written w
join changes_change c on c.id = w.change_id
left join tenancy_principal p on p.id = w.moved_by_id
where not w.is_base and w.value is distinct from w.before
order by w.place, w.moved_at desc
"""


def _movers(
    loaded: Loaded, found: Sequence[Conflict], stored: Mapping[Place, ConflictResolution]
) -> dict[Place, Mover]:
    """Who gave the head its value, by place. What was decided is looked for from where it was decided."""
    if not found:
        return {}
    values: dict[str, Any] = {
        "environment": loaded.change.environment_id,
        "kinds": [conflict.kind for conflict in found],
        "keys": [conflict.key for conflict in found],
        "since": [_since(loaded.targets[conflict.target], stored.get(conflict.place)) for conflict in found],
        "paths": [json.dumps(conflict.path) for conflict in found],
        "limit": LOOKED_THROUGH,
    }
    with prepared_cursor() as cursor:
        cursor.execute(_MOVERS, values)
        rows = cursor.fetchall()
    return {
        found[place - 1].place: Mover(change_id, number, title, by_id, by_name or "", at, revision)
        for place, change_id, number, title, by_id, by_name, at, revision in rows
    }


def _since(*remembered: ChangeTarget | ConflictResolution | None) -> int:
    """The number of the oldest revision that is remembered; 0 where the definition did not exist then."""
    revisions = [row.base_revision for row in remembered if row is not None]
    return min(revision.number if revision else 0 for revision in revisions)
