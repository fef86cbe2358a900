"""A trivial command: over HTTP, from Python, and the real one that opens a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.measure import Rounds
from bench.run import Run
from bench.table import Row

# Work, the product's path, the table of the record, its text column, the command and what is sent.
_COMMANDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("trivial command", "/bench/notes", "bench_note", "text", "note.write"),
    ("change.create", "/api/v1/changes", "changes_change", "title", "change.create"),
)
_TEXT = "A text as people write it"
GOAL = 0.7


def rows(run: Run) -> Iterator[Row]:
    """Against the three baselines, which write the same rows into the same tables."""
    for work, path, table, field, command in _COMMANDS:
        sent = {field: _TEXT}
        ours: dict[str, Any] = {"method": "POST", "path": path, "document": sent}
        run.product.seconds("http", 1, **ours)
        written = run.remember(table, lambda: run.product.seconds("http", 1, **ours))  # noqa: B023  called at once
        note = _count(sum(len(part.inserted) + len(part.updated) for part in written), "row")
        yield from _over_http(run, work, note, ours, table, field)
        yield from _from_python(run, work, command, sent, table, field)


def _over_http(run: Run, work: str, note: str, ours: dict[str, Any], table: str, field: str) -> Iterator[Row]:
    theirs = {"method": "POST", "document": {field: _TEXT}}
    contenders = [
        run.product.contender("ours", "http", **ours),
        run.baselines.contender("plain", "http", path=f"/plain/create/{table}/{field}", **theirs),
        run.baselines.contender("drf", "http", path=f"/drf/create/{table}/{field}", **theirs),
        run.baselines.contender("raw", "raw", name=table, token=True),
    ]
    measured = Rounds(contenders, rounds=run.sizes.rounds, count=run.sizes.calls)
    statements = _count(run.product.call("queries", **ours), "statement")
    said = f"HTTP, {note}, {statements}"
    yield Row(work, "speed", measured.speed("ours", "plain"), "plain Django", goal=GOAL, note=said)
    yield Row(work, "speed", measured.speed("ours", "drf"), "bare DRF", note="HTTP")
    yield Row(work, "speed", measured.speed("ours", "raw"), "raw PostgreSQL", note="HTTP")


def _from_python(run: Run, work: str, command: str, sent: dict[str, str], table: str, field: str) -> Iterator[Row]:
    contenders = [
        run.product.contender("ours", "python", command=command, inputs=sent),
        run.baselines.contender("plain", "python", table=table, field=field, text=_TEXT),
        run.baselines.contender("raw", "raw", name=table),
    ]
    measured = Rounds(contenders, rounds=run.sizes.rounds, count=run.sizes.calls)
    yield Row(work, "speed", measured.speed("ours", "plain"), "plain Django, one statement", note="from Python")
    yield Row(work, "speed", measured.speed("ours", "raw"), "raw PostgreSQL", note="from Python")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
