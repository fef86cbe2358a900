"""The benchmarks run, at the smallest sizes: what they measure must not rot while nobody measures."""

import subprocess
import sys

import pytest

from config.local.state import ROOT

PARTS = (
    "commands",
    "reads",
    "merging",
    "operations",
    "rebasing",
    "comparing",
    "impact",
    "inbox",
)  # the programs of `processes` are started by .ci/run
EXPECTED = (
    "trivial command (HTTP",
    "trivial command (from Python)",
    "change.create (HTTP",
    "list 50 changes",
    "one record type",
    "merge of one operation, 50 definitions",
    "dry run of one operation",
    "merge of 20 operations",
    "rebase over 10 changes",
    "diff of two environments",
    "impact over 2,000 references (by the worker, 200 dependants)",
    "inbox (HTTP, 50 of 100",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_bench_prints_every_figure():
    """Measured in processes and a database of its own; nothing it prints depends on the machine."""
    chosen = [argument for part in PARTS for argument in ("--only", part)]
    command = [sys.executable, "-m", "bench", "--sizes", "smallest", "--test-servers", *chosen]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert [work for work in EXPECTED if work not in ran.stdout] == []
    assert all(against in ran.stdout for against in ("plain Django", "bare DRF", "raw PostgreSQL"))
