"""What lies around the definitions a change touches: their ancestors, descendants, users and targets, and no more.

Edges come from the ``Reference`` projection by index, so the cost follows the neighbourhood and not the environment.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from apps.kernel.prepared import prepared_cursor
from apps.metadata.core.content import Content
from apps.metadata.core.findings import Neighbourhood, Node, NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.queries.heads import contents_by_digest, keys_elsewhere

# ``down`` and ``users`` look back only from what the change itself touches; ``up`` follows inheritance from every seed
# and from every user, so that whoever is judged is judged with its whole chain. The laterals with a limit keep the
# order of the joins: turned round, which without statistics looks as good, each edge would cost a read of everything.
# Who only ``references`` asks no more than that the target exists, and a definition never disappears: there may be a
# hundred thousand of them, and they are not looked at.
_AROUND = """
with recursive
seed (kind, key, own) as (select * from unnest(%(kinds)s::text[], %(keys)s::text[], %(own)s::boolean[])),
users (kind, key) as (
    select d.kind::text, d.key::text
    from seed
    join metadata_reference r
      on r.environment_id = %(environment)s::uuid and r.target_kind = seed.kind and r.target_key = seed.key
     and r.edge <> 'references' and r.edge <> 'inherits'
    cross join lateral (select s.kind, s.key from metadata_definition s where s.id = r.source_id limit 1) d
    where seed.own
),
up (kind, key) as (
    (select kind, key from seed union select kind, key from users)
  union
    select r.target_kind::text, r.target_key::text
    from up
    cross join lateral (
        select s.definition_id from metadata_head s
        where s.environment_id = %(environment)s::uuid and s.kind = up.kind and s.key = up.key limit 1
    ) h
    join metadata_reference r
      on r.environment_id = %(environment)s::uuid and r.source_id = h.definition_id and r.edge = 'inherits'
),
down (kind, key) as (
    select kind, key from seed where own
  union
    select d.kind::text, d.key::text
    from down
    join metadata_reference r
      on r.environment_id = %(environment)s::uuid and r.target_kind = down.kind and r.target_key = down.key
     and r.edge = 'inherits'
    cross join lateral (select s.kind, s.key from metadata_definition s where s.id = r.source_id limit 1) d
),
wanted as (select * from up union select * from down)
select w.kind, w.key, h.revision_id, h.digest
from wanted w
left join metadata_head h on h.environment_id = %(environment)s::uuid and h.kind = w.kind and h.key = w.key
order by w.kind, w.key
"""

_CHAINS = """
with recursive up (start, depth, key) as (
    select key, 0, key from unnest(%(keys)s::text[]) as seed (key)
  union all
    select up.start, up.depth + 1, r.target_key::text
    from up
    join metadata_head h on h.environment_id = %(environment)s::uuid and h.kind = %(kind)s::text and h.key = up.key
    join metadata_reference r
      on r.environment_id = %(environment)s::uuid and r.source_id = h.definition_id and r.edge = 'inherits'
    where up.depth < %(limit)s::int
)
select up.start, up.key, h.revision_id, h.digest
from up
join metadata_head h on h.environment_id = %(environment)s::uuid and h.kind = %(kind)s::text and h.key = up.key
order by up.start, up.depth
"""

# A base chain longer than this is a cycle, or close enough to one.
CHAIN_LIMIT = 64


def neighbourhood(
    environment_id: UUID, project_id: UUID, after: Mapping[NodeId, Content], touched: Collection[NodeId]
) -> Neighbourhood:
    """The stored graph around ``touched`` and around what the contents of ``after`` point at.

    One recursive query, one for contents not remembered, one for keys the project does not have.
    """
    own = set(touched)
    targets = {
        (edge.kind, edge.key) for (kind, _), content in after.items() for edge in kind_named(kind).edges(content)
    }
    found = _around(environment_id, own, targets - own)
    stored = {identity: place for identity, place in found.items() if place is not None}
    contents = contents_by_digest(dict(stored.values()))
    absent = frozenset(found.keys() - stored.keys())
    elsewhere = keys_elsewhere(project_id, absent - own)
    nodes = {(kind, key): Node(kind, key, project_id, contents[digest]) for (kind, key), (digest, _) in stored.items()}
    return Neighbourhood(project_id, nodes, absent - elsewhere, elsewhere)


def _around(
    environment_id: UUID, own: Collection[NodeId], targets: Collection[NodeId]
) -> dict[NodeId, tuple[str, UUID] | None]:
    seeds = [(*identity, True) for identity in sorted(own)] + [(*identity, False) for identity in sorted(targets)]
    if not seeds:
        return {}
    kinds, keys, owned = (list(column) for column in zip(*seeds, strict=True))
    with prepared_cursor() as cursor:
        cursor.execute(_AROUND, {"kinds": kinds, "keys": keys, "own": owned, "environment": environment_id})
        return {
            (kind, key): None if revision_id is None else (digest, revision_id)
            for kind, key, revision_id, digest in cursor.fetchall()
        }


def chains_of(environment_id: UUID, kind: str, bases: Sequence[str]) -> dict[str, tuple[Content, ...]]:
    """For each base key, the stored contents of it and its ancestors, nearest first.

    A base the environment does not run gives an empty chain. A cycle is cut where it closes.
    """
    wanted = sorted(set(bases))
    if not wanted:
        return {}
    with prepared_cursor() as cursor:
        cursor.execute(_CHAINS, {"kind": kind, "keys": wanted, "environment": environment_id, "limit": CHAIN_LIMIT})
        rows = cursor.fetchall()
    contents = contents_by_digest({digest: revision_id for _, _, revision_id, digest in rows})
    chains: dict[str, list[Content]] = {base: [] for base in wanted}
    seen: dict[str, set[str]] = {base: set() for base in wanted}
    for start, key, _, digest in rows:
        if key not in seen[start]:
            seen[start].add(key)
            chains[start].append(contents[digest])
    return {base: tuple(chain) for base, chain in chains.items()}
