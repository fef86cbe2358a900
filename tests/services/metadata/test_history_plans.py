"""Hot reads of history follow what they show and not how much there is: ten thousand definitions, behind the wall."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.metadata.models import Definition
from apps.metadata.queries import (
    Side,
    comparing,
    differing,
    drift,
    history,
    joining,
    moves_as_of,
    moves_in,
    moves_of,
    root_as_of,
    root_digest,
    with_moves,
)
from apps.metadata.services import heads
from tests.changing import World
from tests.services.metadata.history_of_many import BETWEEN, EVERY, MANY, keep_many

PAGE = 51


class Reads:
    """Which rows a statement read, by table; those it threw away too."""

    def __init__(self, answer: Any) -> None:
        (self.plan,) = answer
        self.nodes = list(_reads(self.plan["Plan"]))
        self.rows: dict[str, float] = {}
        for node in self.nodes:
            table = node["Relation Name"]
            self.rows[table] = self.rows.get(table, 0) + _rows(node)

    @property
    def most(self) -> float:
        return max(self.rows.values())

    @property
    def scans_a_table(self) -> bool:
        return any(node["Node Type"] == "Seq Scan" for node in self.nodes)


def _reads(node: Any) -> Iterator[Any]:
    if "Relation Name" in node:
        yield node
    for inner in node.get("Plans", ()):
        yield from _reads(inner)


def _rows(node: Any) -> float:
    rows: float = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return rows


def page(query: QuerySet[Any]) -> Reads:
    return Reads(json.loads(query[:PAGE].explain(format="json", analyze=True)))


def statement(text: str, values: Any) -> Reads:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {text}", values)
        return Reads(cursor.fetchone()[0])


@pytest.fixture(scope="module")
def wide(_committed_tenant: World, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        keep_many(_committed_tenant)
        yield _committed_tenant
        connection.close()


def test_ten_thousand_definitions_are_read_by_the_page_and_by_index(wide: World) -> None:
    """No read is worse than its purpose.

    A page of what ran, now or then, reads some rows for each it shows. A comparison reads the heads of both sides once,
    and one move for each head of a side in the past.
    """
    dev, test = wide.environment("dev").pk, wide.environment("test").pk
    project = wide.project.pk
    with wide.reading():
        late = Definition.objects.order_by("kind", "key")[MANY - 20]
        pages = {
            "as of": page(moves_as_of(Side(dev, BETWEEN))),
            "as it is": page(moves_as_of(Side(dev))),
            "a later page": page(moves_as_of(Side(dev, BETWEEN)).filter(kind=late.kind, key__gt=late.key)),
            "moved": page(moves_in(dev)),
            "of a definition": page(moves_of(late.pk)),
            "the last move": statement(heads._NEWEST, [dev]),
        }
        now = page(differing(project, Side(dev), Side(test)))
        then = page(differing(project, Side(dev, BETWEEN), Side(test)))
        counted = statement(*comparing._of_both(comparing._BY_KIND, Side(dev), Side(test, BETWEEN)))
        root = statement(history._ROOT_AS_OF, [BETWEEN, dev])
        asked = {"definition": late.pk, "kind": late.kind, "environment": None, "name": "test", "limit": 64}
        one = statement(joining._RUNNING, asked)

    assert max(one.rows["metadata_definition"], one.rows["metadata_head"]) <= 3, one.rows
    assert {name: reads.most for name, reads in pages.items() if reads.most > 5 * PAGE} == {}
    assert (now.rows["metadata_head"], now.rows["metadata_headmove"]) == (2 * MANY, 2 * PAGE)
    assert then.rows["metadata_headmove"] <= MANY + 3 * PAGE
    assert counted.rows["metadata_headmove"] == root.rows["metadata_headmove"] == MANY
    assert not [reads.plan for reads in (*pages.values(), now, then, counted, root) if reads.scans_a_table]


def test_what_differs_among_ten_thousand_is_found_and_nothing_else(wide: World) -> None:
    dev, test = wide.environment("dev").pk, wide.environment("test").pk
    with wide.reading():
        found = with_moves(differing(wide.project.pk, Side(dev), Side(test)))
        counted = drift(Side(dev), Side(test))
        roots = [root_as_of(dev, BETWEEN), root_as_of(test, BETWEEN), root_digest(dev), root_digest(test)]
        listed = moves_as_of(Side(dev, BETWEEN)).count()

    assert [int(one.definition.key[1:]) for one in found] == list(range(EVERY, MANY + 1, EVERY))
    assert {(one.change, one.here and one.here.number, one.there and one.there.number) for one in found} == {
        ("changed", 2, 1)
    }
    assert (counted.changed, counted.unchanged) == (MANY // EVERY, MANY - MANY // EVERY)
    assert roots[0] == roots[1]
    assert len(set(roots)) == 3
    assert listed == MANY
