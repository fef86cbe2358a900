"""``python -m bench [--small] [--only commands]``: measure, and print one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from bench.run import Run, started
from bench.scenarios import commands, comparing, impact, inbox, merging, operations, processes, reads, rebasing
from bench.servers import durable, volatile
from bench.sizes import ALL, FULL, SMALL, Sizes
from bench.table import Row, rendered

SCENARIOS: dict[str, Callable[[Run], Iterator[Row]]] = {
    "commands": commands.rows,
    "reads": reads.rows,
    "merging": merging.rows,
    "operations": operations.rows,
    "rebasing": rebasing.rows,
    "comparing": comparing.rows,
    "impact": impact.rows,
    "inbox": inbox.rows,
    "processes": processes.rows,
}
LEGEND = """\
Every figure is a ratio measured in this run: the median of the rounds, and between which values the middle half lies.
speed 0.7: reaches 0.7 of the baseline's speed. time, memory 1.2: takes 1.2 times as much."""


def main(arguments: list[str]) -> int:
    """0 when everything ran and no flat figure is grossly off; goals that are missed by less are said, not punished."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="the sizes for continuous integration")
    parser.add_argument("--sizes", choices=sorted(ALL), default=FULL.name)
    parser.add_argument("--only", choices=sorted(SCENARIOS), action="append", help="one part; may be repeated")
    parser.add_argument("--test-servers", action="store_true", help="use the test suite's servers, without fsync")
    chosen = parser.parse_args(arguments)
    sizes = SMALL if chosen.small else ALL[chosen.sizes]
    found = measure(sizes, chosen.only or list(SCENARIOS), test_servers=chosen.test_servers)
    print(f"{sizes.described()}\n{LEGEND}\n\n{rendered(found)}")
    broken = [row for row in found if row.grossly_off(sizes.gross)]
    for row in broken:
        print(f"Not flat: {row.work}.", file=sys.stderr)
    return 1 if broken else 0


def measure(sizes: Sizes, scenarios: list[str], *, test_servers: bool) -> list[Row]:
    """The rows of those scenarios, in order; says on stderr what it is at."""
    with started(volatile() if test_servers else durable(), sizes) as run:
        found: list[Row] = []
        for name in scenarios:
            print(f"Measuring {name}.", file=sys.stderr, flush=True)
            found.extend(SCENARIOS[name](run))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
