"""The programs as they are run: requests through the web server, start-up, and the memory of each."""

from __future__ import annotations

import pickle
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import redis

from bench.measure import Contender, Ratio, Rounds
from bench.programs import BEAT, WORKER, Clients, Program, running, web
from bench.run import Run
from bench.scenarios.commands import GOAL
from bench.table import Row

_MEGABYTE = 1024 * 1024
_TEXT = {"text": "A text as people write it"}


def rows(run: Run) -> Iterator[Row]:
    """Against plain Django under the same server with the same load."""
    ours = {**run.database.environment(), "DJANGO_SETTINGS_MODULE": "bench.product.settings"}
    theirs = {**run.database.environment(), "DJANGO_SETTINGS_MODULE": "bench.settings"}
    redis.Redis.from_url(ours["REDIS_URL"]).flushdb()
    document: dict[str, Any] = {"method": "POST", "path": "/bench/notes", "document": _TEXT}
    written = run.remember("bench_note", lambda: run.product.seconds("http", 1, **document))
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        theirs["BENCH_FOOTPRINTS"] = str(Path(directory) / "footprints")
        Path(theirs["BENCH_FOOTPRINTS"]).write_bytes(pickle.dumps({"bench_note": written}))
        if run.sizes.starts:
            yield _cold_start(run.sizes.starts, ours, theirs)
        product, port = stack.enter_context(web("config.wsgi:application", ours, "/healthz"))
        plain, plain_port = stack.enter_context(web("bench.baselines.wsgi:application", theirs, "/plain/ready"))
        yield from _requests(run, port, plain_port)
        worker = stack.enter_context(running(WORKER, ours))
        beat = stack.enter_context(running(BEAT, ours))
        worker.wait_for(port, "/readyz")
        named = {"web": product, "worker": worker, "beat": beat}
        yield from (_memory(name, program, plain) for name, program in named.items())


def _cold_start(starts: int, ours: dict[str, str], theirs: dict[str, str]) -> Row:
    def seconds(application: str, environment: dict[str, str], path: str) -> float:
        began = time.perf_counter()
        with web(application, environment, path):
            return time.perf_counter() - began

    contenders = [
        Contender("ours", lambda _: seconds("config.wsgi:application", ours, "/healthz")),
        Contender("plain", lambda _: seconds("bench.baselines.wsgi:application", theirs, "/plain/ready")),
    ]
    measured = Rounds(contenders, rounds=starts, count=1, warm=0)
    return Row("cold start of the web server", "time", measured.time("ours", "plain"), "plain Django")


def _requests(run: Run, port: int, plain_port: int) -> Iterator[Row]:
    mine = {"Authorization": f"Bearer {run.tenant['token']}", "X-Tenant-Id": run.tenant["slug"]}
    token = {"Authorization": "Bearer baseline-token"}
    for clients in run.sizes.clients:
        ours = Clients(port, mine, "POST", "/bench/notes", _TEXT, clients)
        plain = Clients(plain_port, token, "POST", "/plain/create/bench_note/text", _TEXT, clients)
        drf = Clients(plain_port, token, "POST", "/drf/create/bench_note/text", _TEXT, clients)
        contenders = [Contender("ours", ours.seconds), Contender("plain", plain.seconds), Contender("drf", drf.seconds)]
        measured = Rounds(contenders, rounds=run.sizes.rounds, count=run.sizes.calls * 2, warm=run.sizes.calls)
        note = "over the network, 1 client" if clients == 1 else f"over the network, {clients} clients"
        yield Row("trivial command", "speed", measured.speed("ours", "plain"), "plain Django", GOAL, note=note)
        yield Row("trivial command", "speed", measured.speed("ours", "drf"), "bare DRF", note=note)


def _memory(name: str, program: Program, plain: Program) -> Row:
    held = program.memory()
    ratio = Ratio.of([held / plain.memory()])
    return Row(
        f"memory of {name}", "memory", ratio, "plain Django's web", note=f"{held / _MEGABYTE:.0f} MiB with children"
    )
