"""Lists and details: changes and record types, against plain Django and bare DRF over the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.measure import Rounds
from bench.mirror import mirror, mirror_record_types
from bench.run import Run
from bench.table import Row

_MANY_CHANGES = b"""
insert into changes_change
select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'number', 'CHG9' || lpad(n::text, 7, '0'),
    'created_at', c.created_at - n * interval '1 second'))).*
from changes_change c, generate_series(1, %s) n where c.id = %s
"""


@dataclass(frozen=True, slots=True)
class _Read:
    """``goal`` is of plain Django's speed. ``theirs`` is below ``/plain/rows/``."""

    work: str
    ours: str
    theirs: str
    goal: float


def rows(run: Run) -> Iterator[Row]:
    """Every read with the number of its statements."""
    run.superuser.execute(_MANY_CHANGES, [run.sizes.rows, run.tenant["change"]])
    found = run.superuser.execute(
        "select definition_id from metadata_head where environment_id = %s order by key offset 1 limit 1",
        [run.tenant["environment"]],
    ).fetchone()
    assert found is not None
    mirror(run.superuser, ["changes_change"])
    mirror_record_types(run.superuser)
    run.superuser.execute("analyze")
    for read in _reads(run, str(found[0])):
        contenders = [
            run.product.contender("ours", "http", method="GET", path=read.ours),
            run.baselines.contender("plain", "http", method="GET", path=f"/plain/rows/{read.theirs}"),
            run.baselines.contender("drf", "http", method="GET", path=f"/drf/rows/{read.theirs}"),
        ]
        measured = Rounds(contenders, rounds=run.sizes.rounds, count=run.sizes.calls)
        note = f"{run.product.call('queries', method='GET', path=read.ours)} statements"
        yield Row(read.work, "speed", measured.speed("ours", "plain"), "plain Django", read.goal, note=note)
        yield Row(read.work, "speed", measured.speed("ours", "drf"), "bare DRF")


def _reads(run: Run, definition: str) -> Iterator[_Read]:
    tenant, change = f"tenant_id={run.tenant['tenant']}", run.tenant["change"]
    types = f"environment_id={run.tenant['environment']}"
    newest, by_key = "order=-created_at,-id&limit=50", "order=key,id&limit=50"
    yield _Read("list 50 changes", "/api/v1/changes?limit=50", f"changes_change?{tenant}&{newest}", 0.8)
    drafts = f"changes_change?{tenant}&status=Draft&{newest}"
    yield _Read("list 50 changes by status", "/api/v1/changes?limit=50&status=Draft", drafts, 0.8)
    yield _Read("one change", f"/api/v1/changes/{change}", f"changes_change/{change}?{tenant}", 0.85)
    yield _Read("list 50 record types", "/api/v1/record-types?limit=50", f"record_type?{types}&{by_key}", 0.8)
    yield _Read("one record type", f"/api/v1/record-types/{definition}", f"record_type/{definition}?{types}", 0.85)
