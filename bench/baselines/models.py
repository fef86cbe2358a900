"""Models over the mirrored tables, made from their columns: whatever the product stores, the baselines store too."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models


class _Texts(ArrayField):
    def __init__(self, **options: Any) -> None:
        super().__init__(models.TextField(), **options)


class _Ids(ArrayField):
    def __init__(self, **options: Any) -> None:
        super().__init__(models.UUIDField(), **options)


_FIELDS: dict[str, type[models.Field[Any, Any]]] = {
    "uuid": models.UUIDField,
    "jsonb": models.JSONField,
    "timestamp with time zone": models.DateTimeField,
    "date": models.DateField,
    "boolean": models.BooleanField,
    "smallint": models.IntegerField,
    "integer": models.IntegerField,
    "bigint": models.BigIntegerField,
    "bytea": models.BinaryField,
    "_text": _Texts,
    "_varchar": _Texts,
    "_uuid": _Ids,
}


class Person(models.Model):
    """Whom a token stands for."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    is_active = models.BooleanField()

    class Meta:
        managed = False
        db_table = "person"

    def __str__(self) -> str:
        return self.name

    @property
    def is_authenticated(self) -> bool:
        return True


class Token(models.Model):
    """As in Django REST framework: the key itself, and who it belongs to."""

    key = models.TextField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT)

    objects: ClassVar[models.Manager[Token]] = models.Manager()

    class Meta:
        managed = False
        db_table = "token"

    def __str__(self) -> str:
        return self.key


@cache
def mirrored(table: str, key: str = "id") -> Any:
    """The model of a mirrored table; ``key`` is its first primary key column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name, case data_type when 'ARRAY' then udt_name else data_type end"
            " from information_schema.columns"
            " where table_schema = current_schema() and table_name = %s order by ordinal_position",
            [table],
        )
        columns = cursor.fetchall()
    members: dict[str, Any] = {
        name: _FIELDS.get(kind, models.TextField)(primary_key=name == key, null=name != key) for name, kind in columns
    }
    meta = type("Meta", (), {"app_label": "baselines", "managed": False, "db_table": table})
    name = "".join(part.capitalize() for part in table.split("_"))
    return type(name, (models.Model,), {**members, "Meta": meta, "__module__": __name__})


def columns(table: str) -> list[str]:
    """The column names of a mirrored table."""
    return [field.column for field in mirrored(table)._meta.concrete_fields]
