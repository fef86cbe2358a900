"""What a change of one definition reaches, when very many refer to it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Rounds
from bench.mirror import mirror
from bench.run import Run
from bench.table import Row

FLAT = 1.5
_COUNT = """
select r.edge, d.kind, count(distinct r.source_id), min(d.key) from metadata_reference r
join metadata_definition d on d.id = r.source_id
where r.environment_id = %s and r.target_kind = 'record_type' and r.target_key = 'hub' group by r.edge, d.kind
"""


def rows(run: Run) -> Iterator[Row]:
    """In a request, where it is bounded, against a tenth of the references; by the worker against one raw count."""
    many, few = run.sizes.references, run.sizes.references // 10
    environment = run.product.call("add_hub", _place(many), many)
    run.product.call("add_hub", _place(few), few)
    run.superuser.execute("analyze")
    mirror(run.superuser, ["metadata_reference", "metadata_definition"])
    weighed = Rounds(
        [run.product.contender(_place(count), "weigh", place=_place(count)) for count in (many, few)],
        rounds=run.sizes.merge_rounds,
        count=run.sizes.merges,
    )
    flat = weighed.time(_place(many), _place(few))
    yield Row(f"dry run over {many:,} references", "time", flat, f"the same over {few:,}", FLAT, flat=True)

    counted = Rounds(
        [
            run.product.contender("ours", "measure", place=_place(many)),
            run.baselines.contender("raw", "read", statements=[(_COUNT, [environment])]),
        ],
        rounds=run.sizes.operation_rounds,
        count=1,
    )
    note = f"by the worker, {run.product.call('dependants', _place(many)):,} dependants"
    yield Row(
        f"impact over {many:,} references",
        "speed",
        counted.speed("ours", "raw"),
        "raw PostgreSQL, one count",
        note=note,
    )


def _place(references: int) -> str:
    return f"Referred to by {references}"
