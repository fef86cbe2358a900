"""What an environment runs of each definition, joined to the definition in one query."""

from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q

from apps.kernel.models import TenantQuerySet
from apps.kernel.prepared import prepared_cursor
from apps.kernel.scope import current_scope
from apps.metadata.core.content import Content
from apps.metadata.queries.graph import CHAIN_LIMIT
from apps.metadata.queries.heads import contents_by_digest
from apps.tenancy.core.names import environment_name

Row = TypeVar("Row", bound=Model)


def with_heads(definitions: TenantQuerySet[Row], *, environment_id: Any = None) -> TenantQuerySet[Row]:
    """The definitions that the environment runs, with their head's columns.

    The environment is the given one, the one the request names, or each project's default. Annotated are ``name``,
    ``status``, ``number``, ``digest``, ``moved_at``, ``revision_id``, ``environment_id`` and ``environment_name``.
    """
    if environment_id is not None:
        runs = Q(heads__environment_id=environment_id)
    elif name := current_scope().environment:
        runs = Q(heads__environment__name=environment_name(name))
    else:
        runs = Q(heads__environment__is_default=True)
    # One filter and the annotations after it share one join, so every column is of the same head.
    joined: TenantQuerySet[Any] = definitions.filter(runs).annotate(
        name=F("heads__name"),
        status=F("heads__status"),
        number=F("heads__number"),
        digest=F("heads__digest"),
        moved_at=F("heads__moved_at"),
        revision_id=F("heads__revision_id"),
        environment_id=F("heads__environment_id"),
        environment_name=F("heads__environment__name"),
    )
    return joined


class Running(NamedTuple):
    """One definition as an environment runs it; ``chain`` holds the contents of its base types, nearest first."""

    project_id: UUID
    environment_id: UUID
    environment: str
    key: str
    number: int
    digest: str
    content: Content
    chain: tuple[Content, ...]


# The chain is as ``chains_of`` finds it; a definition has one base at most. The laterals with a limit keep the order of
# the joins: turned round, which without statistics looks as good, each step would read an environment.
_RUNNING = """
with recursive up (depth, environment_id, definition_id, key, revision_id, digest, number, environment, project_id) as (
    select 0, e.id, d.id, h.key::text, h.revision_id, h.digest::text, h.number, e.name::text, d.project_id
    from (select * from metadata_definition where id = %(definition)s::uuid limit 1) d
    cross join lateral (
        select s.id, s.name from tenancy_environment s
        where s.project_id = d.project_id
          and case when %(environment)s::uuid is not null then s.id = %(environment)s::uuid
              when %(name)s::text is not null then s.name = %(name)s::text else s.is_default end limit 1
    ) e
    cross join lateral (
        select s.* from metadata_head s where s.environment_id = e.id and s.definition_id = d.id limit 1
    ) h
    where d.kind = %(kind)s::text
  union all
    select up.depth + 1, up.environment_id, h.definition_id, h.key::text, h.revision_id, h.digest::text, h.number,
        up.environment, up.project_id
    from up
    cross join lateral (
        select r.target_key from metadata_reference r
        where r.environment_id = up.environment_id and r.source_id = up.definition_id and r.edge = 'inherits' limit 1
    ) base
    cross join lateral (
        select s.* from metadata_head s
        where s.environment_id = up.environment_id and s.kind = %(kind)s::text and s.key = base.target_key limit 1
    ) h
    where up.depth <= %(limit)s::int
)
select project_id, environment_id, environment, key, number, digest, revision_id from up order by depth
"""


def running(kind: str, definition_id: UUID, *, environment_id: UUID | None = None) -> Running | None:
    """What the environment runs of one definition, with its base chain; None where it does not run it.

    The environment is found as in :func:`with_heads`. One SQL, and one more for contents not remembered.
    """
    asked = current_scope().environment
    with prepared_cursor() as cursor:
        cursor.execute(
            _RUNNING,
            {
                "kind": kind,
                "definition": definition_id,
                "environment": environment_id,
                "name": environment_name(asked) if asked else None,
                "limit": CHAIN_LIMIT,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    contents = contents_by_digest({digest: revision_id for *_, digest, revision_id in rows})
    chain = {key: contents[digest] for _, _, _, key, _, digest, _ in rows[1:]}
    project, environment, stage, key, number, digest, _ = rows[0]
    return Running(project, environment, stage, key, number, digest, contents[digest], tuple(chain.values()))
