"""Two environments side by side: how much differs, and the first page of what does."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Rounds
from bench.mirror import mirror
from bench.run import Run
from bench.table import Row

#: One definition of so many differs.
EVERY = 100
_TOKEN = "select p.id from token t join person p on p.id = t.person_id where t.key = 'baseline-token'"
_SIDES = """
(select kind, key, digest from metadata_head where environment_id = %s) here
full join (select kind, key, digest from metadata_head where environment_id = %s) there using (kind, key)
"""
_PAGE = f"""
select kind, key, here.digest, there.digest from {_SIDES}
where here.digest is distinct from there.digest order by kind, key limit 50
"""
_COUNTS = f"""
select kind, count(*) filter (where here.digest is null), count(*) filter (where there.digest is null),
    count(*) filter (where here.digest <> there.digest), count(*) filter (where here.digest = there.digest)
from {_SIDES} group by kind order by kind
"""
_ROOT = "select kind, key, digest from metadata_head where environment_id = %s order by kind, key"


def rows(run: Run) -> Iterator[Row]:
    """Against raw PostgreSQL that answers the same by one full join. The roots it reads, the product hashes too."""
    definitions = run.sizes.definitions[-1]
    found = run.product.call("add_stages", f"Compared {definitions}", definitions, EVERY)
    here, there = found["here"], found["there"]
    run.superuser.execute("analyze")
    mirror(run.superuser, ["metadata_head"])
    both = [here, there]
    reads = (
        ("diff of two environments, 50 of what differs", f"diff?against={there}&limit=50", [(_PAGE, both)]),
        ("drift of two environments", f"drift?against={there}", [(_COUNTS, both), (_ROOT, [here]), (_ROOT, [there])]),
    )
    for work, path, statements in reads:
        address = f"/api/v1/environments/{here}/{path}"
        contenders = [
            run.product.contender("ours", "http", method="GET", path=address),
            run.baselines.contender("raw", "read", statements=[(_TOKEN, []), *statements]),
        ]
        measured = Rounds(contenders, rounds=run.sizes.merge_rounds, count=run.sizes.merges)
        note = (
            f"HTTP, {definitions:,} definitions, {run.product.call('queries', method='GET', path=address)} statements"
        )
        yield Row(work, "speed", measured.speed("ours", "raw"), "raw PostgreSQL", note=note)
