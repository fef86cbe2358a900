"""The tenant wall, proved from PostgreSQL's own catalogue: a new table is covered without touching this file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel
from apps.kernel.rls import APP_ROLE, DISPATCHER_ROLE, GrantGlobal

pytestmark = pytest.mark.django_db

TABLES = """
select c.relname, c.relkind::text, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
    pg_get_userbyid(c.relowner),
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped),
    array(select p.polname || ':' || p.polcmd::text || ':'
        || coalesce((select string_agg(rolname, ',') from pg_roles where oid = any(p.polroles)), 'public')
        || ':' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
        || ':' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
        from pg_policy p where p.polrelid = c.oid order by p.polname),
    array(select privilege_type::text from information_schema.role_table_grants g
        where g.table_schema = 'public' and g.table_name = c.relname and g.grantee = %s order by 1)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1
"""


class Table:
    def __init__(self, row: tuple[Any, ...]) -> None:
        (self.name, self.kind, self.is_partition, self.enabled, self.forced, self.owner, self.has_tenant,
         self.policies, self.grants) = row  # fmt: skip

    def __repr__(self) -> str:
        return self.name


def tables() -> list[Table]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [APP_ROLE])
        return [Table(row) for row in cursor.fetchall()]


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def global_grants() -> dict[str, GrantGlobal]:
    def operations() -> Iterator[Any]:
        for migration in MigrationLoader(None).disk_migrations.values():
            yield from migration.operations

    return {operation.table: operation for operation in operations() if isinstance(operation, GrantGlobal)}


# Read before the tenant is known, and only by tenancy's queries (contracts, section 3).
GLOBAL_WITH_TENANT = {"tenancy_membership", "tenancy_token"}


def tenant_tables() -> list[Table]:
    return [table for table in tables() if table.has_tenant and table.name not in GLOBAL_WITH_TENANT]


def test_every_tenant_table_and_partition_is_behind_a_forced_wall() -> None:
    unsafe = [table for table in tenant_tables() if not (table.enabled and table.forced)]

    assert unsafe == []


def test_the_wall_is_the_same_for_reads_and_writes_and_opens_to_nobody_else() -> None:
    wall = "tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid"
    for table in tenant_tables():
        by_name = {policy.split(":", 1)[0]: policy for policy in table.policies}
        _, command, roles, rest = by_name.pop("tenant_wall").split(":", 3)
        assert (command, roles) == ("*", "public"), table
        assert rest.count(wall) == 2, (table, rest)
        others = list(by_name.values())
        assert others in ([], [f"dispatcher_claims:*:{DISPATCHER_ROLE}:true:true"]), table


def test_every_table_either_has_a_tenant_or_says_why_it_has_none() -> None:
    """A global table is one a migration grants with a reason; anything else the app role cannot even read."""
    known = global_grants()
    walled = {table.name for table in tenant_tables()}
    for table in [table for table in tables() if table.name not in walled]:
        assert bool(table.grants) == (table.name in known), table
    for grant in known.values():
        assert len(grant.reason) > 20, grant.table


def test_the_app_role_owns_nothing_and_has_no_right_that_leads_past_a_policy() -> None:
    for table in tables():
        assert table.owner != APP_ROLE, table
        assert set(table.grants) <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


def test_nobody_is_granted_a_partition_because_that_would_lead_past_its_parent() -> None:
    granted = rows("""
        select g.table_name, g.grantee from information_schema.role_table_grants g
        join pg_class c on c.relname = g.table_name join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relispartition and g.grantee <> pg_get_userbyid(c.relowner)
    """)

    assert granted == []


def test_append_only_tables_refuse_update_and_delete_by_grant_and_by_trigger() -> None:
    triggered = {
        row[0]
        for row in rows("""
        select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname = 'append_only' and not c.relispartition
    """)
    }

    assert {"events_event", "events_command"} <= triggered
    for table in [table for table in tables() if table.name in triggered]:
        assert table.grants == ["INSERT", "SELECT"], table


def test_foreign_keys_between_tenant_tables_carry_the_tenant() -> None:
    """Foreign keys bypass row-level security: a plain one would accept another tenant's row."""
    plain = rows("""
        select k.conname from pg_constraint k
        join pg_attribute here on here.attrelid = k.conrelid and here.attname = 'tenant_id'
        join pg_attribute there on there.attrelid = k.confrelid and there.attname = 'tenant_id'
        where k.contype = 'f' and not (here.attnum = any(k.conkey) and there.attnum = any(k.confkey))
        and here.attrelid::regclass::text <> 'tenancy_token'
    """)

    assert plain == []


def test_every_tenant_foreign_key_has_its_composite_constraint() -> None:
    bound = {
        (table, column)
        for table, column in rows("""
        select k.conrelid::regclass::text, a.attname from pg_constraint k
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) and a.attname <> 'tenant_id'
        where k.contype = 'f' and cardinality(k.conkey) = 2
    """)
    }
    wanted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, TenantModel) and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    }

    assert wanted - bound == set()


def test_unique_keys_start_with_the_tenant_unless_they_are_random_ids() -> None:
    """A unique key without the tenant would tell one tenant that another has such a row."""
    loose = rows("""
        select i.indexrelid::regclass::text
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute tenant on tenant.attrelid = c.oid and tenant.attname = 'tenant_id'
        join pg_attribute first on first.attrelid = c.oid and first.attnum = i.indkey[0]
        where n.nspname = 'public' and i.indisunique and first.attname <> 'tenant_id'
        and not (i.indisprimary and format_type(first.atttypid, null) = 'uuid')
        and c.relname not in ('tenancy_token', 'tenancy_membership')
    """)

    assert loose == []


def test_every_tenant_model_sits_on_a_table_with_a_tenant() -> None:
    with_tenant = {table.name for table in tables() if table.has_tenant}
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]

    assert {model._meta.db_table for model in models} <= with_tenant


def test_definer_functions_belong_to_the_dispatcher_and_pin_their_search_path() -> None:
    functions = rows("""
        select p.proname, pg_get_userbyid(p.proowner), p.proconfig::text,
            has_function_privilege('public', p.oid, 'execute')
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prosecdef
    """)

    assert len(functions) >= 9
    for name, owner, settings, public in functions:
        assert owner == DISPATCHER_ROLE, name
        assert settings == '{"search_path=pg_catalog, pg_temp"}', name
        assert not public, name


def test_views_ask_as_the_caller_and_no_view_keeps_rows() -> None:
    keeping = rows("""
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and (c.relkind = 'm' or c.relkind = 'v'
        and not coalesce('security_invoker=true' = any(c.reloptions), false))
    """)

    assert keeping == []


def test_the_roles_can_do_what_they_are_for_and_no_more() -> None:
    roles = {
        row[0]: row[1:]
        for row in rows("""
        select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname like 'ec3l_%'
    """)
    }

    assert roles["ec3l_app"] == (False, False, False, True)
    assert roles["ec3l_owner"] == (False, False, False, True)
    assert roles["ec3l_dispatcher"] == (False, False, False, False)
    assert rows("select current_user") == [("ec3l_app",)]
    assert rows("select has_schema_privilege('ec3l_app', 'public', 'create')") == [(False,)]
    for right in ("truncate", "references", "trigger"):
        assert rows(f"select has_table_privilege('ec3l_app', 'events_event', '{right}')") == [(False,)]
