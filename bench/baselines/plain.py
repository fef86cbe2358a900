"""Plain Django: a token SELECT, no serializer classes, one statement to write, ``values()`` to read."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.baselines import raw, template
from bench.baselines.models import columns, mirrored
from bench.mirror import Written

_PERSON = "select p.id from token t join person p on p.id = t.person_id where t.key = %s and p.is_active"


def create(request: HttpRequest, table: str, field: str) -> HttpResponse:
    """Write the record and all that goes with it in one statement."""
    if not _authenticated(request):
        return _refusal("Who are you?", 401)
    document = json.loads(request.body)
    text = document.get(field)
    if not isinstance(text, str) or not 0 < len(text) <= 200:
        return _refusal(f"{field} is a text of 1 to 200 characters.", 400)
    return JsonResponse(write(table, field, text), status=201)


def ready(request: HttpRequest) -> HttpResponse:
    """The server is up."""
    return JsonResponse({"status": "ok"})


def write(table: str, field: str, text: str) -> dict[str, Any]:
    """The record, written with everything that goes with it."""
    parts: list[sql.Composed] = []
    values: list[Any] = []
    for written in template.updates(table):
        parts.append(_update(written))
        values.append(Jsonb(written.updated))
    rows = template.inserts(table, text, field)
    for written, row in rows:
        parts.append(_insert(written.table, tuple(row)))
        values.extend(raw.values(written, row))
    named = [sql.SQL("{} as ({})").format(sql.Identifier(f"w{number}"), part) for number, part in enumerate(parts)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("with {} select 1").format(sql.SQL(", ").join(named)), values)
    return rows[0][1]


def rows(request: HttpRequest, table: str) -> HttpResponse:
    """The newest 50, by the order the product uses."""
    if not _authenticated(request):
        return _refusal("Who are you?", 401)
    wanted = request.GET.dict()
    order, limit = wanted.pop("order").split(","), int(wanted.pop("limit"))
    items = list(mirrored(table).objects.filter(**wanted).order_by(*order).values(*columns(table))[:limit])
    return JsonResponse({"items": items, "next_cursor": None})


def row(request: HttpRequest, table: str, pk: str) -> HttpResponse:
    """One row by its id."""
    if not _authenticated(request):
        return _refusal("Who are you?", 401)
    found = mirrored(table).objects.filter(pk=pk, **request.GET.dict()).values(*columns(table)).first()
    return JsonResponse(found) if found else _refusal("There is no such row.", 404)


def _authenticated(request: HttpRequest) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, [request.headers.get("Authorization", "").removeprefix("Bearer ")])
        return cursor.fetchone() is not None


def _refusal(message: str, status: int) -> HttpResponse:
    return JsonResponse({"error": message}, status=status)


def _insert(table: str, names: tuple[str, ...]) -> sql.Composed:
    listed, places = (
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
    return sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), listed, places)


def _update(written: Written) -> sql.Composed:
    sets = [sql.SQL("{0} = n.{0}").format(sql.Identifier(name)) for name in written.updated[0] if name != written.key]
    return sql.SQL("update {0} t set {1} from jsonb_populate_recordset(null::{0}, %s) n where t.{2} = n.{2}").format(
        sql.Identifier(written.table), sql.SQL(", ").join(sets), sql.Identifier(written.key)
    )
