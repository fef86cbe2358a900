"""A change of many operations: staged, planned and merged, and whether one of many costs more than one of few."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Rounds
from bench.run import Run
from bench.table import Row

FLAT = 1.5
PLACE = "Wide"
_WORKS: tuple[tuple[str, str], ...] = (("stage", "staging"), ("plan", "dry run"), ("merge", "merge"))


def rows(run: Run) -> Iterator[Row]:
    """Against the raw statements of the same merge or staging, and against a change of a tenth of the operations."""
    many, few = run.sizes.operations, max(run.sizes.operations // 10, 10)
    run.product.call("add_place", PLACE, 10, many // 10 + 1)
    draft = {"place": PLACE, "operations": many}
    for work, words in _WORKS:
        contenders = [
            run.product.contender("many", work, **draft),
            run.product.contender("few", work, place=PLACE, operations=few),
        ]
        if work == "merge":
            run.product.call("make_ready", PLACE, many, 1)
        if work != "plan":
            run.remember(f"{work} many", lambda: run.product.seconds(work, 1, **draft))  # noqa: B023  called at once
        baseline = "merge many" if work == "merge" else "stage many"
        contenders.append(run.baselines.contender("raw", "raw", name=baseline))
        measured = Rounds(contenders, rounds=run.sizes.operation_rounds, count=1)
        against = "raw PostgreSQL" if work != "plan" else "raw PostgreSQL staging them"
        yield Row(f"{words} of {many:,} operations", "speed", measured.speed("many", "raw"), against)
        each = measured.time("many", "few").times(few / many)
        yield Row(f"{words} of {many:,}, each", "time", each, f"one of {few:,}", FLAT, flat=True)
