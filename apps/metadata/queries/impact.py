"""Who refers to definitions: directly, or to something that inherits from them.

Everything is read by the two indexes of the ``Reference`` projection. ``referrers`` is for a request and stops at a
bound; ``descendants`` and ``referrers_after`` walk the same edges for a worker, a page at a time.
"""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from apps.kernel.prepared import prepared_cursor
from apps.metadata.core.findings import NodeId


class Referrer(NamedTuple):
    """A definition that refers to ``root`` by ``edge``; not ``direct`` where it points at a descendant of it."""

    root: NodeId
    kind: str
    key: str
    edge: str
    direct: bool


# Rows come out of the recursion one by one, so the limits stop it: neither part reads more rows than it may answer.
# The inner limits also fix the order of the joins: edges by the index over targets, then each source by its id. Left to
# a planner whose statistics are behind, the join may read every definition of the tenant for every edge.
# Edges come in the order of their sources, so that a measure that was cut off is the same the next time.
_REFERRERS = """
with recursive
seed (kind, key) as (select * from unnest(%(kinds)s::text[], %(keys)s::text[])),
down (root_kind, root_key, kind, key) as (
    select kind, key, kind, key from seed
  union
    select down.root_kind, down.root_key, d.kind::text, d.key::text
    from down
    cross join lateral (
        select r.source_id
        from metadata_reference r
        where r.environment_id = %(environment)s::uuid and r.target_kind = down.kind and r.target_key = down.key
          and r.edge = 'inherits'
        order by r.source_id
        limit %(reach)s::int
    ) r
    cross join lateral (select s.kind, s.key from metadata_definition s where s.id = r.source_id limit 1) d
),
reached as materialized (select * from down limit %(reach)s::int),
found as materialized (
    select reached.root_kind, reached.root_key, d.kind::text, d.key::text, r.edge::text,
           (reached.kind, reached.key) = (reached.root_kind, reached.root_key)
    from reached
    cross join lateral (
        select r.source_id, r.edge
        from metadata_reference r
        where r.environment_id = %(environment)s::uuid and r.target_kind = reached.kind and r.target_key = reached.key
        order by r.source_id
        limit %(limit)s::int
    ) r
    cross join lateral (select s.kind, s.key from metadata_definition s where s.id = r.source_id limit 1) d
    limit %(limit)s::int
)
select found.*, (select count(*) from reached) from found
"""


class Referrers(NamedTuple):
    """Each referrer once for each root, in a fixed order; ``complete`` unless the bound was met."""

    found: tuple[Referrer, ...]
    complete: bool


def referrers(environment_id: UUID, roots: Collection[NodeId], *, limit: int) -> Referrers:
    """Who refers to the roots, transitively through ``inherits``, in one query that reads at most ``limit`` edges
    (and as many of the edges of inheritance)."""
    seeds = sorted(set(roots))
    if not seeds:
        return Referrers((), complete=True)
    kinds, keys = (list(column) for column in zip(*seeds, strict=True))
    values: dict[str, Any] = {
        "kinds": kinds,
        "keys": keys,
        "environment": environment_id,
        "reach": len(seeds) + limit + 1,
        "limit": limit + 1,
    }
    with prepared_cursor() as cursor:
        cursor.execute(_REFERRERS, values)
        rows = cursor.fetchall()
    cut = len(rows) > limit or (bool(rows) and rows[0][6] > len(seeds) + limit)
    return Referrers(_once(rows[:limit]), complete=not cut)


def _once(rows: Sequence[tuple[str, str, str, str, str, bool, int]]) -> tuple[Referrer, ...]:
    """One for each root and referrer: the direct one before the others, then by the name of its edge."""
    found = [
        Referrer((root_kind, root_key), kind, key, edge, direct)
        for root_kind, root_key, kind, key, edge, direct, _ in rows
    ]
    best: dict[tuple[NodeId, str, str], Referrer] = {}
    for one in sorted(found, key=lambda one: (one.root, one.kind, one.key, not one.direct, one.edge)):
        best.setdefault((one.root, one.kind, one.key), one)
    return tuple(best.values())


class Member(NamedTuple):
    """A root, or something that inherits from roots: what counts as pointing at them."""

    kind: str
    key: str
    roots: frozenset[NodeId]


_DESCENDANTS = """
with recursive
down (root_kind, root_key, kind, key) as (
    select kind, key, kind, key from unnest(%(kinds)s::text[], %(keys)s::text[]) as seed (kind, key)
  union
    select down.root_kind, down.root_key, d.kind::text, d.key::text
    from down
    cross join lateral (
        select r.source_id
        from metadata_reference r
        where r.environment_id = %(environment)s::uuid and r.target_kind = down.kind and r.target_key = down.key
          and r.edge = 'inherits'
        offset 0
    ) r
    cross join lateral (select s.kind, s.key from metadata_definition s where s.id = r.source_id limit 1) d
)
select * from down
"""


def descendants(environment_id: UUID, roots: Collection[NodeId]) -> tuple[Member, ...]:
    """The roots and everything that inherits from them, by kind and key. Not bounded: for a worker."""
    seeds = sorted(set(roots))
    if not seeds:
        return ()
    kinds, keys = (list(column) for column in zip(*seeds, strict=True))
    with prepared_cursor() as cursor:
        cursor.execute(_DESCENDANTS, {"kinds": kinds, "keys": keys, "environment": environment_id})
        rows = cursor.fetchall()
    found: dict[NodeId, set[NodeId]] = {}
    for root_kind, root_key, kind, key in rows:
        found.setdefault((kind, key), set()).add((root_kind, root_key))
    return tuple(Member(*identity, frozenset(found[identity])) for identity in sorted(found))


class Place(NamedTuple):
    """Where a walk is: at this member, after this source. It stays true when members come and go meanwhile."""

    member: NodeId = ("", "")
    source_id: UUID = UUID(int=0)


class Found(NamedTuple):
    """A definition that points at members, seen at the first of them only; ``direct`` are the roots it points at."""

    kind: str
    key: str
    edge: str
    roots: frozenset[NodeId]
    direct: frozenset[NodeId]


class Page(NamedTuple):
    """What a step of the walk saw, and where the next one goes on; nowhere when it is over."""

    found: tuple[Found, ...]
    following: Place | None


# For each member at most a page, by the index over targets and in its order.
_SOURCES = """
select m.position, f.source_id
from unnest(%(positions)s::int[], %(kinds)s::text[], %(keys)s::text[]) as m (position, kind, key)
cross join lateral (
    select distinct r.source_id
    from metadata_reference r
    where r.environment_id = %(environment)s::uuid and r.target_kind = m.kind and r.target_key = m.key
      and r.source_id > case when m.position = %(position)s::int then %(source)s::uuid
                             else '00000000-0000-0000-0000-000000000000'::uuid end
    order by r.source_id
    limit %(limit)s::int
) f
order by m.position, f.source_id
limit %(limit)s::int
"""

# For each source all the members it points at; by its id, as above.
_POINTED = """
select s.id, d.kind::text, d.key::text, min(r.edge)::text, array_agg(distinct m.position order by m.position)
from unnest(%(sources)s::uuid[]) as s (id)
cross join lateral (select f.kind, f.key from metadata_definition f where f.id = s.id limit 1) d
cross join lateral (
    select e.edge, e.target_kind, e.target_key
    from metadata_reference e
    where e.environment_id = %(environment)s::uuid and e.source_id = s.id
    offset 0
) r
join unnest(%(positions)s::int[], %(kinds)s::text[], %(keys)s::text[]) as m (position, kind, key)
  on m.kind = r.target_kind and m.key = r.target_key
group by s.id, d.kind, d.key
"""

# How many members one statement looks at.
TOGETHER = 100
# A source that a merge took away between the two statements.
_GONE: tuple[str, str, str, list[int]] = ("", "", "", [])


def referrers_after(environment_id: UUID, members: Sequence[Member], place: Place, *, limit: int) -> Page:
    """One step of the walk over everything that points at the members: at most ``limit`` pointers to a member, from
    at most a hundred members. Whoever points at several is found at the first."""
    start = bisect_left(members, place.member, key=_identity)
    if start == len(members):
        return Page((), None)
    stop = min(start + TOGETHER, len(members))
    source_id = place.source_id if _identity(members[start]) == place.member else UUID(int=0)
    values = _columns(members, start, stop)
    values |= {"environment": environment_id, "position": start, "source": source_id, "limit": limit}
    with prepared_cursor() as cursor:
        cursor.execute(_SOURCES, values)
        seen = cursor.fetchall()
        values = _columns(members, 0, len(members))
        values |= {"environment": environment_id, "sources": sorted({source for _, source in seen})}
        cursor.execute(_POINTED, values)
        pointed = {source: rest for source, *rest in cursor.fetchall()}
    found = []
    for position, source in seen:
        kind, key, edge, pointed_at = pointed.get(source, _GONE)
        if pointed_at[:1] == [position]:
            roots = frozenset(root for at in pointed_at for root in members[at].roots)
            direct = frozenset(_identity(members[at]) for at in pointed_at) & roots
            found.append(Found(kind, key, edge, roots, direct))
    if len(seen) == limit:
        position, source = seen[-1]
        return Page(tuple(found), Place(_identity(members[position]), source))
    return Page(tuple(found), Place(_identity(members[stop])) if stop < len(members) else None)


def _identity(member: Member) -> NodeId:
    return (member.kind, member.key)


def _columns(members: Sequence[Member], start: int, stop: int) -> dict[str, Any]:
    return {
        "positions": list(range(start, stop)),
        "kinds": [member.kind for member in members[start:stop]],
        "keys": [member.key for member in members[start:stop]],
    }
