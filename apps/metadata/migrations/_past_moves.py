"""The moves of heads from before they were kept, out of the event log.

The log holds each move with its revision. A head whose event is gone (restored without its log) is taken as it stands,
with nobody named. A move that began before an earlier one of its definition and came after it is put right behind it,
so that the times of a definition rise as they do since.
"""

from typing import Any

# A row for each move of the open tenant, in the columns of ``COLUMNS``.
PAST_MOVES = """
with logged as (
    select (e.payload ->> 'environment_id')::uuid as environment_id, r.id as revision_id,
           coalesce(e.payload ->> 'digest_before', '') as digest_before, p.id as moved_by_id, e.occurred_at as moved_at
    from events_event e
    join metadata_revision r on r.id = (e.payload ->> 'revision_id')::uuid
    left join tenancy_principal p on p.id = e.actor_id
    where e.event_type = 'metadata.head_moved'
),
known as (
    select * from logged
  union all
    select h.environment_id, h.revision_id, '', null, h.moved_at
    from metadata_head h
    where not exists (
        select from logged l where l.environment_id = h.environment_id and l.revision_id = h.revision_id
    )
),
placed as (
    select k.*, r.definition_id, d.kind, d.key, r.content, r.number, r.digest, r.change_id,
           row_number() over (partition by k.environment_id, r.definition_id order by r.number)
               * interval '1 microsecond' as place
    from known k
    join metadata_revision r on r.id = k.revision_id
    join metadata_definition d on d.id = r.definition_id
)
select environment_id, definition_id, revision_id, kind, key,
       case when kind in ('file', 'script') then content ->> 'path' else coalesce(content ->> 'name', '') end as name,
       coalesce(content ->> 'status', case when kind in ('file', 'script') then 'active' else '' end) as status,
       number, digest, digest_before, change_id, moved_by_id,
       max(moved_at - place) over (partition by environment_id, definition_id order by number) + place as moved_at
from placed
"""

COLUMNS = (
    "environment_id, definition_id, revision_id, kind, key, name, status, number, digest, digest_before, change_id,"
    " moved_by_id, moved_at"
)

_KEEP = f"""
insert into metadata_headmove (id, tenant_id, {COLUMNS})
select gen_random_uuid(), current_setting('app.tenant_id')::uuid, past.* from ({PAST_MOVES}) past
"""  # noqa: S608  constants only


def keep_past_moves(_apps: Any, schema_editor: Any) -> None:
    """Tenant by tenant: row-level security is forced on the owner too."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select id from tenancy_tenant")
        for (tenant_id,) in cursor.fetchall():
            cursor.execute("select set_config('app.tenant_id', %s, true)", [str(tenant_id)])
            cursor.execute(_KEEP)
        cursor.execute("select set_config('app.tenant_id', '', true)")


def keep_nothing(_apps: Any, _schema_editor: Any) -> None:
    """The table goes with its rows."""
