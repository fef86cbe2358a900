"""The tenant wall in the database: migration operations that build it, and the names of its roles.

Every tenant table ends its migration with :class:`SecureTenantTable`. A test generated from ``pg_catalog`` proves the
result for each table and partition, so a table that forgets it fails the build.
"""

from collections.abc import Iterator
from typing import Any

from django.db.migrations.operations.base import Operation

from apps.kernel.fields import TenantForeignKey

APP_ROLE = "ec3l_app"
DISPATCHER_ROLE = "ec3l_dispatcher"

# The sub-select is evaluated once per statement; the bare function would be evaluated for each row.
_OPEN_TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"

APPEND_ONLY_FUNCTION = """
create or replace function ec3l_append_only() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$
"""


def wall_sql(table: str) -> Iterator[str]:
    """Row-level security, enabled and forced, for reads and writes alike."""
    yield f'alter table "{table}" enable row level security'
    yield f'alter table "{table}" force row level security'
    yield (
        f'create policy tenant_wall on "{table}" for all to public'
        f" using (tenant_id = {_OPEN_TENANT}) with check (tenant_id = {_OPEN_TENANT})"
    )


def grant_sql(table: str, privileges: str) -> Iterator[str]:
    yield f'revoke all on "{table}" from public'
    yield f'grant {privileges} on "{table}" to {APP_ROLE}'


def append_only_sql(table: str) -> Iterator[str]:
    yield APPEND_ONLY_FUNCTION
    yield (
        f'create trigger append_only before update or delete on "{table}"'
        " for each row execute function ec3l_append_only()"
    )


def dispatcher_sql(table: str) -> Iterator[str]:
    """Let the claim functions, and nothing else, see the queue of every tenant."""
    yield f'create policy dispatcher_claims on "{table}" for all to {DISPATCHER_ROLE} using (true) with check (true)'
    yield f'grant select, update on "{table}" to {DISPATCHER_ROLE}'


def partition_sql(table: str, primary_key: str, by: str) -> Iterator[str]:
    """Turn the empty table Django has just made into one partitioned by time, with a default partition behind the wall.

    Nobody is granted a partition: a grant on one would lead past the policy of its parent.
    """
    yield f'alter table "{table}" rename to "{table}_plain"'
    yield (
        f'create table "{table}" (like "{table}_plain" including defaults including constraints)'
        f' partition by range ("{by}")'
    )
    yield f'drop table "{table}_plain"'
    yield f'alter table "{table}" add primary key ("{primary_key}", "{by}")'
    yield f'create table "{table}_default" partition of "{table}" default'
    yield from wall_sql(f"{table}_default")


def foreign_key_sql(model: Any, field: Any) -> str:
    table, target = model._meta.db_table, field.remote_field.model._meta.db_table
    name = f"{table}_{field.column}_wall"[:63]
    return (
        f'alter table "{table}" add constraint "{name}" foreign key (tenant_id, "{field.column}")'
        f' references "{target}" (tenant_id, id) deferrable initially immediate'
    )


class _Sql(Operation):
    """A migration operation that changes the database and not the state of the models."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Dropping the table, which comes next on the way back, drops all of it."""

    def run(self, schema_editor: Any, statements: Iterator[str]) -> None:
        for statement in statements:
            schema_editor.execute(statement, params=None)


class SecureTenantTable(_Sql):
    """Put a tenant table behind the wall: unique key, composite foreign keys, policy, grants.

    ``append_only`` grants no update or delete and adds a trigger that refuses them to everybody, owner included.
    ``queue`` opens the table to the claim functions of the dispatcher role. ``partition_by`` names a time column; the
    table's indexes are added after this operation.
    """

    def __init__(
        self, name: str, *, append_only: bool = False, queue: bool = False, partition_by: str | None = None
    ) -> None:
        self.name, self.append_only, self.queue, self.partition_by = name, append_only, queue, partition_by

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"append_only": self.append_only, "queue": self.queue, "partition_by": self.partition_by}
        return type(self).__name__, [self.name], {key: value for key, value in options.items() if value}

    def describe(self) -> str:
        return f"Put {self.name} behind the tenant wall"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        # Foreign keys of the models before are deferred to the end of the migration: the wall comes after them.
        self.run(schema_editor, self._statements(to_state.apps.get_model(app_label, self.name)))

    def _statements(self, model: Any) -> Iterator[str]:
        table = model._meta.db_table
        if self.partition_by:
            yield from partition_sql(table, model._meta.pk.column, self.partition_by)
        else:
            key = model._meta.pk.column
            yield f'alter table "{table}" add constraint "{table[:50]}_tenant_key" unique (tenant_id, "{key}")'
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                yield foreign_key_sql(model, field)
        yield from wall_sql(table)
        if self.append_only:
            yield from append_only_sql(table)
        yield from grant_sql(table, "select, insert" if self.append_only else "select, insert, update, delete")
        if self.queue:
            yield from dispatcher_sql(table)


class SecureForeignKey(_Sql):
    """The composite constraint of a :class:`TenantForeignKey` that was added to a table already behind the wall."""

    def __init__(self, name: str, field: str) -> None:
        self.name, self.field = name, field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.name, self.field], {}

    def describe(self) -> str:
        return f"Bind {self.name}.{self.field} to its tenant"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        self.run(schema_editor, iter([foreign_key_sql(model, model._meta.get_field(self.field))]))


class GrantGlobal(_Sql):
    """Give the app role a table that has no tenant, and say why it has none."""

    def __init__(self, table: str, privileges: str, *, reason: str) -> None:
        self.table, self.privileges, self.reason = table, privileges, reason

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table, self.privileges], {"reason": self.reason}

    def describe(self) -> str:
        return f"Grant {self.privileges} on the global table {self.table}: {self.reason}"

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.run(schema_editor, grant_sql(self.table, self.privileges))
