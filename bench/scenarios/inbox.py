"""The inbox of somebody whose vote very many requests wait for."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Rounds
from bench.mirror import mirror
from bench.run import Run
from bench.table import Row

_MANY_REQUESTS = b"""
insert into approvals_request
select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'subject_id', gen_random_uuid(),
    'number', 'CHG9' || lpad(n::text, 7, '0'), 'opened_at', r.opened_at - n * interval '1 second'))).*
from approvals_request r, generate_series(1, %s) n where r.id = %s
"""


def rows(run: Run) -> Iterator[Row]:
    """Against plain Django and bare DRF that list open requests without asking who may fill which seat."""
    request = run.product.call("open_request", "Asked")
    run.superuser.execute(_MANY_REQUESTS, [run.sizes.rows, request])
    mirror(run.superuser, ["approvals_request"])
    run.superuser.execute("analyze")
    theirs = f"approvals_request?tenant_id={run.tenant['tenant']}&status=open&order=-opened_at,-id&limit=50"
    reads = (("inbox", "/api/v1/approvals?limit=50"), ("all open requests", "/api/v1/approvals?status=open&limit=50"))
    for work, ours in reads:
        contenders = [
            run.product.contender("ours", "review", path=ours),
            run.baselines.contender("plain", "http", method="GET", path=f"/plain/rows/{theirs}"),
            run.baselines.contender("drf", "http", method="GET", path=f"/drf/rows/{theirs}"),
        ]
        measured = Rounds(contenders, rounds=run.sizes.rounds, count=run.sizes.calls)
        statements = run.product.call("queries", method="GET", path=ours, reviewing=True)
        note = f"HTTP, 50 of {run.sizes.rows:,}, {statements} statements"
        yield Row(work, "speed", measured.speed("ours", "plain"), "plain Django", note=note)
        yield Row(work, "speed", measured.speed("ours", "drf"), "bare DRF", note="HTTP")
