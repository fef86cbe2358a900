"""Pid files that cannot be fooled by a reused pid, and children that die with their parent."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from config.local.state import read_json, write_json

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

_spawned: list[subprocess.Popen[bytes]] = []


def dies_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` that has the kernel send ``with_signal`` when our process dies, even by SIGKILL.

    Only Linux can do that; elsewhere the next start or ``stop`` finds the pid file and cleans up.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:  # the parent died between fork and here
            os.kill(os.getpid(), with_signal)

    return arm


def spawn(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """A server in a session of its own, which may outlive us; we remember it so that its end can be collected."""
    process = subprocess.Popen(command, start_new_session=True, **options)
    _spawned.append(process)
    return process


def run(command: Sequence[str], **options: Any) -> tuple[int, str]:
    """A program to its end: exit code and what it complained about. An interruption ends its children too."""
    with subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options
    ) as process:
        try:
            _, complaint = process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, complaint


@atexit.register
def _let_go() -> None:
    """A server that lives on is nobody's leak: tell its handle so, which would complain otherwise."""
    for process in _spawned:
        if process.poll() is None:
            process.returncode = 0


def write_pid(path: Path, pid: int) -> None:
    """Remember a process by pid and time of birth."""
    with contextlib.suppress(psutil.NoSuchProcess):
        write_json(path, {"pid": pid, "born": psutil.Process(pid).create_time()})


def find(path: Path) -> psutil.Process | None:
    """The living process of a pid file; a stale file is removed."""
    found = read_json(path)
    if not found:
        return None
    try:
        process = psutil.Process(int(found["pid"]))
        if abs(process.create_time() - float(found["born"])) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (psutil.NoSuchProcess, KeyError, ValueError):
        pass
    path.unlink(missing_ok=True)
    return None


def end(process: psutil.Process, *, first: signal.Signals = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a process to end, then kill what is left of its family."""
    family = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = process.children(recursive=True)
        process.send_signal(first)
    _, alive = psutil.wait_procs([process], timeout=patience)
    for member in [*alive, *family]:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs([*alive, *family], timeout=5)
