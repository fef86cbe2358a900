"""Months made ahead for the tables that grow. Run as the owner, after migrations and once a day."""

from datetime import date

from django.db import connection, transaction

from apps.kernel import hooks
from apps.kernel.rls import wall_sql

MONTHS_AHEAD = 3

_TABLES = """
select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' order by 1
"""


@hooks.on("database.migrated")
def make_partitions(months: int = MONTHS_AHEAD) -> str:
    """Make this month's partition and those of the next ``months`` for every partitioned table. Repeating is free."""
    made = [
        name
        for table in _partitioned_tables()
        for month in _months(months)
        if (name := _make(table, month)) is not None
    ]
    return f"Partitions made: {', '.join(made)}" if made else "Partitions are current."


def _partitioned_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        return [row[0] for row in cursor.fetchall()]


def _months(ahead: int) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (date_trunc('month', now()) + n * interval '1 month')::date from generate_series(0, %s) n", [ahead]
        )
        return [row[0] for row in cursor.fetchall()]


def _make(table: str, month: date) -> str | None:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    name = f"{table}_{month:%Y_%m}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"public.{name}"])
        if cursor.fetchone()[0]:
            return None
        cursor.execute(
            f"create table \"{name}\" partition of \"{table}\" for values from ('{month}') to ('{following}')"
        )
        for statement in wall_sql(name):
            cursor.execute(statement)
    return name
