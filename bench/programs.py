"""Whole programs of both sides: web servers with clients, workers, beat; and what memory they hold."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from signal import SIGTERM
from typing import Any

import psutil

from config.env import process
from config.local.processes import dies_with_parent, end
from config.local.state import ROOT, free_port

PATIENCE = 90.0
_WEB = ["--worker-class=gthread", "--workers=2", "--threads=16", "--log-level=warning"]
_CELERY = [sys.executable, "-m", "celery", "-A", "config.celery:app", "--quiet"]
WORKER = [*_CELERY, "worker", "--concurrency=2", "--queues=work,sweep", "--without-gossip", "--without-mingle"]
BEAT = [*_CELERY, "beat", "--scheduler=config.beat:LeaderScheduler", "--pidfile="]


class ProgramFailed(Exception):
    """A program ended, or did not answer in time; the message is what it said."""


class Program:
    """One program and its children."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._started = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**process(), **environment, "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said,
            start_new_session=True,
            preexec_fn=dies_with_parent(SIGTERM),  # noqa: PLW1509  no thread runs when programs are started
        )

    def wait_for(self, port: int, path: str) -> None:
        """Until ``path`` answers 200."""
        limit = time.monotonic() + PATIENCE
        while not answers(port, path):
            if self._started.poll() is not None or time.monotonic() > limit:
                self._said.seek(0)
                raise ProgramFailed(self._said.read().decode(errors="replace")[-4000:])
            time.sleep(0.02)

    def memory(self) -> float:
        """Bytes of the program with its children; what they share is counted once, where the system can tell."""
        family = [psutil.Process(self._started.pid), *psutil.Process(self._started.pid).children(recursive=True)]
        told = [member.memory_full_info() for member in family]
        return float(sum(getattr(one, "pss", one.rss) for one in told))

    def close(self) -> None:
        end(psutil.Process(self._started.pid), patience=20)
        self._started.wait()
        self._said.close()


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Program]:
    """The program, ended at the end."""
    with closing(Program(command, environment)) as program:
        yield program


@contextmanager
def web(application: str, environment: Mapping[str, str], path: str) -> Iterator[tuple[Program, int]]:
    """gunicorn with two processes of sixteen threads, from the moment it answers ``path``; and its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *_WEB, f"--bind=127.0.0.1:{port}", application]
    with running(command, environment) as program:
        program.wait_for(port, path)
        yield program, port


def answers(port: int, path: str) -> bool:
    """Whether the server says 200."""
    try:
        with closing(http.client.HTTPConnection("localhost", port, timeout=10)) as connection:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status == 200
    except OSError:
        return False


class Clients:
    """Clients that send one request again and again, each on a connection of its own."""

    def __init__(
        self, port: int, headers: Mapping[str, str], method: str, path: str, document: Any, clients: int
    ) -> None:
        self._port, self._method, self._path, self._clients = port, method, path, clients
        self._body = json.dumps(document).encode() if document is not None else None
        self._headers = {"Host": "localhost", "Accept": "application/json", **headers}
        if self._body:
            self._headers["Content-Type"] = "application/json"

    def seconds(self, count: int) -> float:
        """How long all clients together take for ``count`` requests. Raises ``ProgramFailed`` for a refusal."""
        shares = [count // self._clients + (number < count % self._clients) for number in range(self._clients)]
        failures: list[str] = []
        threads = [threading.Thread(target=self._send, args=(share, failures)) for share in shares if share]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise ProgramFailed(failures[0])
        return time.perf_counter() - began

    def _send(self, count: int, failures: list[str]) -> None:
        with closing(http.client.HTTPConnection("localhost", self._port, timeout=60)) as connection:
            for _ in range(count):
                connection.request(self._method, self._path, self._body, self._headers)
                response = connection.getresponse()
                said = response.read()
                if response.status >= 300:
                    failures.append(f"{self._method} {self._path}: {response.status} {said[:1000]!r}")
                    return
