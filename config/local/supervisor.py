"""Runs the parts as one: merged readable output, and all end together, whoever ends first and however."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

import psutil

from config.local.processes import dies_with_parent, end, find, write_pid
from config.local.state import Profile

PATIENCE = 30.0
ASKING = 0.25
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = ("36", "33", "35", "32")


@dataclass
class Part:
    """One process of the product."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    rest: bytes = b""
    colour: str = field(default="0")


class Supervisor:
    """Starts parts, shows what they say, and returns when one of them or somebody ends it."""

    def __init__(
        self, profile: Profile, parts: Sequence[Part], environment: Mapping[str, str], output: IO[str] | None = None
    ) -> None:
        self.profile = profile
        self.parts = parts
        self.environment = environment
        self.output = output or sys.stdout
        self._selector = selectors.DefaultSelector()
        self._asked_by: signal.Signals | None = None
        self._width = max((len(part.name) for part in parts), default=0)
        self._coloured = self.output.isatty() and "NO_COLOR" not in environment
        for part, colour in zip(parts, COLOURS, strict=False):
            part.colour = colour

    def run(
        self, ready: Callable[[], bool], announce: Callable[[], None], died: Callable[[], Sequence[str]] = tuple
    ) -> int:
        """Until asked to stop (0) or until a part or a server (``died``) ends by itself (1).

        ``announce`` is called once ``ready``.
        """
        previous = {number: signal.signal(number, self._ask) for number in STOPPING}
        try:
            for part in self.parts:
                self._start(part)
            return self._watch(ready, announce, died)
        finally:
            self._stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked_by = signal.Signals(number)

    def _start(self, part: Part) -> None:
        part.process = subprocess.Popen(
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            cwd=self.profile.root,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        write_pid(pid_path(self.profile, part.name), part.process.pid)
        assert part.process.stdout is not None
        os.set_blocking(part.process.stdout.fileno(), False)
        self._selector.register(part.process.stdout, selectors.EVENT_READ, part)

    def _watch(self, ready: Callable[[], bool], announce: Callable[[], None], died: Callable[[], Sequence[str]]) -> int:
        announced, asked = False, 0.0
        while self._asked_by is None:
            self._show(0.2)
            ended = next((part for part in self.parts if part.process and part.process.poll() is not None), None)
            if ended is not None and ended.process is not None:
                self._show(0.1)
                self._say(f"{ended.name} ended by itself with exit code {ended.process.returncode}; stopping the rest.")
                return 1
            if lost := died():
                self._say(f"{' and '.join(lost)} ended by itself; stopping the rest.")
                return 1
            if announced or time.monotonic() - asked < ASKING:
                continue
            asked = time.monotonic()
            if ready():
                announced = True
                self._show(0)  # what was said while we asked comes first
                announce()
        self._say(f"Stopping ({self._asked_by.name}).")
        return 0

    def _stop(self) -> None:
        """The last started goes first; none outlives us."""
        running = [part for part in reversed(self.parts) if part.process and part.process.poll() is None]
        for part in running:
            assert part.process is not None
            part.process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + PATIENCE
        while any(part.process and part.process.poll() is None for part in running) and time.monotonic() < limit:
            self._show(0.1)
        self._show(0)
        self._selector.close()
        for part in self.parts:
            if part.process is not None:
                _kill_group(part.process)
            pid_path(self.profile, part.name).unlink(missing_ok=True)

    def _show(self, seconds: float) -> None:
        """Print whole lines that arrived, waiting at most ``seconds`` for the first."""
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            part: Part = key.data
            chunk = os.read(key.fd, 65536)
            if not chunk:
                self._selector.unregister(key.fileobj)
                chunk = b"\n" if part.rest else b""
            *lines, part.rest = (part.rest + chunk).split(b"\n")
            for line in lines:
                self._say(line.decode(errors="replace").rstrip(), part)

    def _say(self, text: str, part: Part | None = None) -> None:
        name = (part.name if part else "ec3l").ljust(max(self._width, 4))
        mark = f"\033[{part.colour if part else 1}m{name} |\033[0m" if self._coloured else f"{name} |"
        self.output.write(f"{mark} {text}\n")
        self.output.flush()


def pid_path(profile: Profile, name: str) -> Path:
    """Where the process of a part is remembered."""
    return profile.path(f"{name}.pid")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """What is left of a part's session; a part that ended well left nothing."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)
    if process.stdout is not None:
        process.stdout.close()


def end_left_overs(profile: Profile, names: Sequence[str]) -> list[str]:
    """End parts whose supervisor was killed where the kernel could not end them for us; returns their names."""
    ended = []
    for name in names:
        left_over: psutil.Process | None = find(pid_path(profile, name))
        if left_over is not None:
            end(left_over, patience=PATIENCE)
            pid_path(profile, name).unlink(missing_ok=True)
            ended.append(name)
    return ended
