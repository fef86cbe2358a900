"""What the product's process can be asked to do."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, partial
from itertools import count as counting
from typing import Any
from uuid import UUID

from django.db import connection

from apps.kernel.dispatch import dispatch
from apps.kernel.scope import scoped
from bench.product import governed, merges
from bench.product.contents import FIELDS
from bench.product.governed import (  # noqa: F401  called by name
    add_hub,
    add_stages,
    dependants,
    open_request,
    wait_while_others_merge,
)
from bench.product.tenant import SLUG, Place, make_place, prepared
from bench.sides import Calls
from bench.wsgi import Caller
from config.wsgi import application

WIDE = 10

_places: dict[str, tuple[Place, int]] = {}
_waiting: defaultdict[tuple[str, int], list[UUID]] = defaultdict(list)
_serial = counting()


@cache
def caller() -> Caller:
    return Caller(application, {"Authorization": f"Bearer {prepared().token}", "X-Tenant-Id": SLUG})


def start(definitions: int) -> dict[str, str]:
    """Make the tenant, its default project and a first change; what others need to ask for them."""
    add_place("Default", definitions)
    place, _ = _places["Default"]
    change_id = merges.opened(prepared().scope, place)
    return {
        "token": prepared().token,
        "slug": SLUG,
        "tenant": str(prepared().scope.tenant_id),
        "environment": str(place.environment_id),
        "change": str(change_id),
    }


def add_place(name: str, definitions: int, fields: int = FIELDS) -> None:
    """Make a project that runs so many definitions."""
    _places[name] = (make_place(prepared().scope, name, definitions, fields), definitions)


def queries(*, method: str, path: str, document: Any = None, reviewing: bool = False) -> int:
    """How many statements one request sends once caches are filled; ``BEGIN`` and ``COMMIT`` are not counted."""
    call = (governed.reviewing() if reviewing else caller()).request(method, path, document)
    call()
    seen: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        call()
    return len(seen)


def http(count: int, *, method: str, path: str, document: Any = None) -> Calls:
    return [caller().request(method, path, document)] * count


def from_python(count: int, *, command: str, inputs: dict[str, Any]) -> Calls:
    def give() -> None:
        with scoped(prepared().scope):
            dispatch(command, **inputs)

    return [give] * count


def make_ready(place: str, operations: int, count: int) -> None:
    """Have so many changes of that many operations wait for their merge."""
    waiting, scope = _waiting[place, operations], prepared().scope
    while len(waiting) < count:
        waiting.append(merges.ready(scope, _places[place][0], operations_for(place, operations)))


def merge(count: int, *, place: str, operations: int = 1) -> Calls:
    make_ready(place, operations, count)
    waiting = _waiting[place, operations]
    return [partial(merges.give, prepared().scope, "change.merge", waiting.pop()) for _ in range(count)]


def draft(place: str, operations: int) -> dict[str, str]:
    """A draft of that many operations, and its environment: what a dry run of it reads."""
    change_id = merges.staged(prepared().scope, _places[place][0], operations_for(place, operations))
    return {"change": str(change_id), "environment": str(_places[place][0].environment_id)}


def stage(count: int, *, place: str, operations: int = 1) -> Calls:
    scope = prepared().scope
    drafts = [merges.opened(scope, _places[place][0]) for _ in range(count)]
    return [partial(merges.stage, scope, draft, operations_for(place, operations)) for draft in drafts]


def plan(count: int, *, place: str, operations: int = 1) -> Calls:
    scope = prepared().scope
    drafts = [merges.staged(scope, _places[place][0], operations_for(place, operations)) for _ in range(count)]
    return [partial(merges.give, scope, "change.execute", draft) for draft in drafts]


def operations_for(place: str, operations: int) -> list[merges.Operation]:
    """That many operations, disjoint: over ten definitions, each on a field of its own."""
    if operations == 1:
        return merges.one_operation(_places[place][1])
    serial = next(_serial)
    return [merges.relabel(number % WIDE, number // WIDE + 1, serial) for number in range(operations)]


WORKS = {"http": http, "python": from_python, "merge": merge, "stage": stage, "plan": plan, **governed.WORKS}
