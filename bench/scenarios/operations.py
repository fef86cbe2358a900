"""Changes of one operation, of many and of very many: staged, planned and merged; and whether each costs the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.measure import Contender, Rounds
from bench.mirror import mirror
from bench.run import Run
from bench.table import Row

FLAT = 1.5
PLACE = "Wide"
#: As many as any place has, so that a change of one operation finds its field.
FIELDS = 6
#: What a dry run reads before it thinks: the operations, the targets, what the environment runs and what was based on.
_READ = (
    "select * from changes_changeoperation where change_id = %s order by sequence, id",
    "select * from changes_changetarget where change_id = %s",
    """
    select h.*, r.content, b.content from changes_changetarget t
    join metadata_head h on h.environment_id = %s and h.kind = t.kind and h.key = t.key
    join metadata_revision r on r.id = h.revision_id left join metadata_revision b on b.id = t.base_revision_id
    where t.change_id = %s
    """,
)
_TABLES = ("changes_changeoperation", "changes_changetarget", "metadata_head", "metadata_revision")
_WORKS: tuple[tuple[str, str], ...] = (("stage", "staging"), ("plan", "dry run"), ("merge", "merge"))


def rows(run: Run) -> Iterator[Row]:
    """Against the raw statements of the same work, and one operation of very many against one of many."""
    many = run.sizes.operations
    sizes = (1, max(many // 10, 10), many)
    run.product.call("add_place", PLACE, 10, max(many // 10 + 1, FIELDS))
    for work, words in _WORKS:
        contenders = [contender for count in sizes for contender in _pair(run, work, count)]
        measured = Rounds(contenders, rounds=run.sizes.operation_rounds, count=1)
        against = "raw PostgreSQL reading it" if work == "plan" else "raw PostgreSQL"
        for count in sizes:
            said = "one operation" if count == 1 else f"{count:,} operations"
            yield Row(f"{words} of {said}", "speed", measured.speed(f"ours {count}", f"raw {count}"), against)
        few = sizes[1]
        each = measured.time(f"ours {many}", f"ours {few}").times(few / many)
        yield Row(f"{words} of {many:,}, each", "time", each, f"one of {few:,}", FLAT, flat=True)


def _pair(run: Run, work: str, count: int) -> list[Contender]:
    """The product's work, and the baseline's for the same rows."""
    given: dict[str, Any] = {"place": PLACE, "operations": count}
    ours = run.product.contender(f"ours {count}", work, **given)
    if work == "plan":
        draft = run.product.call("draft", PLACE, count)
        mirror(run.superuser, _TABLES)
        change, environment = draft["change"], draft["environment"]
        statements = list(zip(_READ, ([change], [change], [environment, change]), strict=True))
        return [ours, run.baselines.contender(f"raw {count}", "read", statements=statements)]
    if work == "merge":
        run.product.call("make_ready", PLACE, count, 1)
    name = f"{work} {count}"
    run.remember(name, lambda: run.product.seconds(work, 1, **given))
    return [ours, run.baselines.contender(f"raw {count}", "raw", name=name)]
