"""A change that waited while others were merged into what it touches: rebased, and what the wait costs."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Rounds
from bench.run import Run
from bench.table import Row

FLAT = 1.5


def rows(run: Run) -> Iterator[Row]:
    """Against the raw statements of the same rebase, and against one that waited for a tenth of the changes."""
    many, few = run.sizes.intervening, run.sizes.intervening // 10
    drafts = run.sizes.operation_rounds + 2  # one warms up, one shows what it writes
    for intervening in (many, few):
        run.product.call("wait_while_others_merge", _place(intervening), drafts, intervening)
    run.superuser.execute("analyze")
    run.remember("rebase", lambda: run.product.seconds("rebase", 1, place=_place(many)))
    contenders = [
        run.product.contender("many", "rebase", place=_place(many)),
        run.product.contender("few", "rebase", place=_place(few)),
        run.baselines.contender("raw", "raw", name="rebase"),
    ]
    measured = Rounds(contenders, rounds=run.sizes.operation_rounds, count=1)
    work = f"rebase over {many:,} changes"
    yield Row(work, "speed", measured.speed("many", "raw"), "raw PostgreSQL", note="10 operations")
    yield Row(work, "time", measured.time("many", "few"), f"the same over {few:,} changes", FLAT, flat=True)


def _place(intervening: int) -> str:
    return f"After {intervening}"
