"""References by the thousand, written past the merge: what counts here is how they are read."""

from typing import Any

from django.db import connection

from tests import database
from tests.changing import World

_DEFINITIONS = """
insert into metadata_definition (id, tenant_id, project_id, kind, key, created_at)
select gen_random_uuid(), %(tenant)s, %(project)s, 'file', %(name)s || number, now()
from generate_series(1, %(count)s) number
"""

_REFERENCES = """
insert into metadata_reference (id, tenant_id, environment_id, source_id, edge, target_kind, target_key, path)
select gen_random_uuid(), %(tenant)s, %(environment)s, d.id, 'uses', 'record_type', %(target)s,
       array['uses', edge::text]
from metadata_definition d, generate_series(1, %(edges)s) edge
where d.kind = 'file' and d.key like %(name)s || '%%'
"""


def pointing_at(of: World, target: str, *, count: int, name: str, edges: int = 1, environment: str = "dev") -> None:
    """``count`` files, each with ``edges`` references to a record type."""
    values = _values(of, target, count=count, name=name, edges=edges, environment=environment)
    with of.reading(), connection.cursor() as cursor:
        cursor.execute(_DEFINITIONS, values)
        cursor.execute(_REFERENCES, values)


def keep_pointing_at(of: World, *targets: str, count: int) -> None:
    """The same by the hundred thousand: committed, past the triggers, and known to the statistics."""
    named = [_values(of, target, count=count, name=f"{target}_", edges=1, environment="dev") for target in targets]
    with database.as_superuser() as superuser:
        with superuser.transaction():
            superuser.execute("set local session_replication_role = replica")
            for values in named:
                superuser.execute(_DEFINITIONS, values)
                superuser.execute(_REFERENCES, values)
        superuser.execute("analyze metadata_definition, metadata_reference")


def _values(of: World, target: str, *, count: int, name: str, edges: int, environment: str) -> dict[str, Any]:
    return {
        "tenant": of.tenant.pk,
        "project": of.project.pk,
        "environment": of.environment(environment).pk,
        "target": target,
        "count": count,
        "edges": edges,
        "name": name,
    }
