"""Ten thousand definitions with a past in two environments, written past the merge: how they are read is looked at."""

from datetime import UTC, datetime, timedelta

from tests import database
from tests.changing import World

MANY = 10_000
#: One definition of so many runs another revision in ``test`` than in ``dev``.
EVERY = 100
START = datetime(2026, 1, 1, tzinfo=UTC)
#: Everything has its first revision by then and not its second.
BETWEEN = START + timedelta(hours=12)

# Each row is made from its number alone: without statistics, a join over what is new would be planned badly.
_ALL = """
with revision as materialized (
    select definition, number, case when definition %% 2 = 0 then 'file' else 'script' end as kind,
           'f' || lpad(definition::text, 6, '0') as key,
           md5(%(tenant)s || ' definition ' || definition)::uuid as definition_id,
           md5(%(tenant)s || ' revision ' || definition || ' ' || number)::uuid as id,
           encode(sha256(convert_to(definition || ' ' || number, 'UTF8')), 'hex') as digest,
           %(start)s + (number - 1) * interval '1 day' + definition * interval '1 microsecond' as at
    from generate_series(1, %(many)s) definition, generate_series(1, 2) number
),
move as materialized (
    select environment_id, revision.*
    from revision, (values (%(dev)s, false), (%(test)s, true)) as stage (environment_id, behind)
    where number = 1 or not (behind and definition %% %(every)s = 0)
),
definitions as (
    insert into metadata_definition (id, tenant_id, project_id, kind, key, created_at)
    select definition_id, %(tenant)s::uuid, %(project)s, kind, key, %(start)s from revision where number = 1
),
revisions as (
    insert into metadata_revision (id, tenant_id, definition_id, number, content, digest, change_id, created_at)
    select id, %(tenant)s::uuid, definition_id, number, jsonb_build_object('path', key, 'content', number::text),
           digest, %(project)s, at
    from revision
),
moves as (
    insert into metadata_headmove (id, tenant_id, environment_id, definition_id, revision_id, kind, key, name, status,
                                   number, digest, digest_before, change_id, moved_by_id, moved_at)
    select gen_random_uuid(), %(tenant)s::uuid, environment_id, definition_id, id, kind, key, key, 'active', number,
           digest, '', %(project)s, %(ada)s, at
    from move
)
insert into metadata_head (id, tenant_id, environment_id, definition_id, revision_id, kind, key, name, status, number,
                           digest, moved_at)
select distinct on (environment_id, definition_id) gen_random_uuid(), %(tenant)s::uuid, environment_id, definition_id,
       id, kind, key, key, 'active', number, digest, at
from move order by environment_id, definition_id, number desc
"""


def keep_many(world: World) -> None:
    """``dev`` runs the second revision of everything, ``test`` but for one definition in a hundred.

    Committed, past the triggers, and known to the statistics: each time a statement is carried out in the same way.
    """
    values = {
        "tenant": str(world.tenant.pk),
        "project": world.project.pk,
        "dev": world.environment("dev").pk,
        "test": world.environment("test").pk,
        "ada": world.ada.pk,
        "start": START,
        "many": MANY,
        "every": EVERY,
    }
    with database.as_superuser() as superuser:
        with superuser.transaction():
            superuser.execute("set local session_replication_role = replica")
            superuser.execute(_ALL, values)
        superuser.execute("analyze metadata_definition, metadata_revision, metadata_headmove, metadata_head")
