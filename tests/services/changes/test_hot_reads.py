"""What is read over and over costs the same however much there is: as the app role, behind the wall."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.changes.models import Change
from apps.changes.queries import waiting_on
from apps.changes.services import plan_change
from apps.changes.services.conflicts import _MOVERS, LOOKED_THROUGH, conflicts_of
from tests import database
from tests.changing import World
from tests.services.changes.meeting import of_row
from tests.services.metadata.test_history_plans import Reads, statement

#: Ready changes that have nothing to do with what moves, and moves of other definitions.
MANY = 3_000

_READY = """
insert into changes_change
select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'CHG' || 9000000 + n))).*
from changes_change c, generate_series(1, %(many)s) n
where c.id = %(like)s
"""

_READS = """
insert into changes_changeread (id, tenant_id, change_id, kind, key)
select gen_random_uuid(), tenant_id, id, 'record_type', 'other'
from changes_change
where id <> %(like)s and environment_id = (select environment_id from changes_change where id = %(like)s)
"""

_MOVES = """
insert into metadata_headmove
select (jsonb_populate_record(m, jsonb_build_object(
    'id', gen_random_uuid(), 'key', 'other_' || n, 'moved_at', m.moved_at - make_interval(secs => n)))).*
from metadata_headmove m, generate_series(1, %(many)s) n
where m.change_id = %(like)s and m.kind = 'record_type'
"""


def labels(of: World, title: str, types: list[str]) -> Change:
    """A change that labels a field of each of the types."""
    change = of.open(title)
    for key in types:
        of.stage(change, "set_field", {"field": "summary", "definition": {"label": title}}, on=key)
    return change


@pytest.fixture
def acme(committed: World) -> World:
    return committed


def keep(statements: tuple[str, ...], like: Change) -> None:
    """Written past the triggers, and known to the statistics."""
    with database.as_superuser() as superuser:
        with superuser.transaction():
            superuser.execute("set local session_replication_role = replica")
            for statement in statements:
                superuser.execute(statement, {"many": MANY, "like": like.pk})
        superuser.execute("analyze changes_change, changes_changeread, metadata_headmove")


@pytest.fixture
def types(acme: World) -> list[str]:
    names = [f"type_{number}" for number in range(4)]
    for name in names:
        acme.define(name, "summary")
    return names


def queries(of: World, change: Change) -> dict[str, int]:
    """How many queries the plan of a change takes, and what is shown of its conflicts, when contents are remembered."""
    counts = {}
    with of.reading():
        row = of_row(change)
        planned = plan_change(row)
        for name, read in (("plan", lambda: plan_change(row)), ("conflicts", lambda: conflicts_of(row, planned))):
            with CaptureQueriesContext(connection) as captured:
                read()
            counts[name] = len(captured)
    return counts


def test_a_plan_and_its_conflicts_cost_the_same_for_one_and_for_many_definitions(acme: World, types: list[str]) -> None:
    one, many = labels(acme, "One", types[:1]), labels(acme, "Many", types[1:])
    calm = labels(acme, "Calm", types[:1]), labels(acme, "Calmer", types[1:])
    before = [queries(acme, change) for change in calm]
    for change, on in ((one, types[:1]), (many, types[1:])):
        acme.carry_through(labels(acme, f"Before {change.title}", on))

    costs = [queries(acme, change) for change in (one, many)]

    assert before[0] == before[1]
    assert costs[0] == costs[1]
    assert costs[1]["conflicts"] == 2


def test_what_a_moved_head_concerns_is_found_by_what_was_read(acme: World, types: list[str]) -> None:
    ready = acme.check_in(labels(acme, "Ready", types[:1]))
    keep((_READY, _READS), ready)

    with acme.reading():
        concerned = waiting_on(ready.environment_id, "record_type", types[0])
        found, read = list(concerned), Reads(json.loads(concerned.explain(format="json", analyze=True)))

    assert found == [ready.pk]
    assert read.rows["changes_change"] + read.rows["changes_changeread"] <= 10, read.rows


def test_who_moved_a_head_is_looked_for_among_its_moves(acme: World, types: list[str]) -> None:
    mine, theirs = labels(acme, "Mine", types[:1]), labels(acme, "Theirs", types[:1])
    acme.carry_through(theirs)
    keep((_MOVES,), theirs)

    with acme.reading():
        row = of_row(mine)
        planned = plan_change(row)
        (met,) = conflicts_of(row, planned)
        values = {
            "environment": row.environment_id, "kinds": ["record_type"], "keys": types[:1], "since": [1],
            "paths": [json.dumps(met.conflict.path)], "limit": LOOKED_THROUGH,
        }  # fmt: skip
        read = statement(_MOVERS, values)

    assert met.mover is not None
    assert met.mover.change_id == theirs.pk
    assert read.rows["metadata_headmove"] <= 10, read.rows
