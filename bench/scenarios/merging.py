"""One operation, in environments of very different size: it must cost the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bench.measure import Contender, Rounds
from bench.run import Run
from bench.table import Row

FLAT = 1.5
_WORKS: tuple[tuple[str, str], ...] = (("merge", "merge"), ("plan", "dry run"), ("stage", "staging"))


def rows(run: Run) -> Iterator[Row]:
    """Merge, dry run and staging against the smallest environment; the merge also against its own raw statements."""
    smallest, *others = run.sizes.definitions
    for definitions in run.sizes.definitions:
        run.product.call("add_place", _place(definitions), definitions)
    run.superuser.execute("analyze")
    run.product.call("make_ready", _place(smallest), 1, 1)
    run.remember("merge", lambda: run.product.seconds("merge", 1, place=_place(smallest)))
    for work, words in _WORKS:
        contenders = [_contender(run, work, definitions) for definitions in run.sizes.definitions]
        if work == "merge":
            contenders.append(run.baselines.contender("raw", "raw", name="merge"))
        measured = Rounds(contenders, rounds=run.sizes.merge_rounds, count=run.sizes.merges)
        for definitions in others:
            flat = measured.time(_place(definitions), _place(smallest))
            against = f"the same with {smallest:,} definitions"
            yield Row(f"{words} of one operation, {definitions:,} definitions", "time", flat, against, FLAT, flat=True)
        if work == "merge":
            figure: Literal["speed"] = "speed"
            yield Row("merge of one operation", figure, measured.speed(_place(smallest), "raw"), "raw PostgreSQL")


def _place(definitions: int) -> str:
    return f"With {definitions}"


def _contender(run: Run, work: str, definitions: int) -> Contender:
    return run.product.contender(_place(definitions), work, place=_place(definitions))
