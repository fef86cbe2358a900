"""A hundred thousand references: how the database reads them, as the app role and behind the wall."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.metadata.models import Reference
from apps.metadata.queries import impact, referrers
from tests.changing import World
from tests.services.changes.measured import keep_pointing_at

TASK = ("record_type", "task")
LIMIT = 1_000
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def hub(_committed_tenant: World, django_db_blocker: Any) -> Iterator[World]:
    """Half of them point at the task, which has a child; the others at something else in the same environment."""
    with django_db_blocker.unblock():
        _committed_tenant.define("task", "number")
        _committed_tenant.define("incident", base="task")
        _committed_tenant.define("island")
        keep_pointing_at(_committed_tenant, "task", "island", count=50_000)
        yield _committed_tenant
        connection.close()


def reads(statement: str, values: dict[str, Any], mode: str) -> list[Any]:
    """Every node of the plan that reads a table or an index, as the server carried it out."""
    names = list(dict.fromkeys(PLACEHOLDER.findall(statement)))
    text = PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    given = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute("select set_config('plan_cache_mode', %s, true)", [mode])
        cursor.execute(f"prepare asked as {text}")
        try:
            cursor.execute(f"explain (analyze, format json) execute asked({given})", [values[name] for name in names])
            (answer,) = cursor.fetchone()
        finally:
            cursor.execute("deallocate asked")
    return list(_scans(answer[0]["Plan"]))


def _scans(node: Any) -> Iterator[Any]:
    if "Relation Name" in node or "Index Name" in node:
        yield node
    for inner in node.get("Plans", []):
        yield from _scans(inner)


def _rows(node: Any) -> float:
    """The rows a scan read, those it threw away too."""
    read: float = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return read


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("statement", ["_REFERRERS", "_DESCENDANTS", "_SOURCES", "_POINTED"])
def test_references_are_read_by_index_and_up_to_the_bound(hub: World, statement: str, mode: str) -> None:
    """No request, and no step of a worker, reads more than it may answer, whatever points at a type."""
    where = hub.environment().pk
    with hub.reading():
        sources = list(Reference.objects.filter(target_key="task").values_list("source_id", flat=True)[:LIMIT])
        values = {"kinds": [TASK[0]], "keys": [TASK[1]], "environment": where, "limit": LIMIT, "reach": LIMIT}
        values |= {"positions": [0], "position": 0, "source": UUID(int=0), "sources": sources}
        nodes = reads(getattr(impact, statement), values, mode)
    assert nodes
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan"]
    assert max(map(_rows, nodes)) <= LIMIT


def test_a_request_stops_at_its_bound_and_says_so(hub: World) -> None:
    where = hub.environment().pk
    with hub.reading():
        bounded = referrers(where, [TASK], limit=LIMIT)
    assert (len(bounded.found), bounded.complete) == (LIMIT, False)
