"""A side: one process with its own Django, asked to do pieces of work and to say how long they took."""

from __future__ import annotations

import gc
import multiprocessing
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

import django

from bench.measure import Contender
from config.env import process

Calls = Sequence[Callable[[], object]]
Work = Callable[..., Calls]


class SideFailed(Exception):
    """The other process raised; its traceback is the message."""


class Side:
    """A process that imports ``module`` under ``settings``; its functions are called by name.

    ``module.WORKS`` maps names to functions ``(count, **options) -> calls``: everything before the calls is
    preparation and not timed.
    """

    def __init__(self, module: str, settings: str, environment: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, module, settings, dict(environment))
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def call(self, function: str, /, *positional: Any, **named: Any) -> Any:
        """What ``module.function`` returns there. Raises ``SideFailed``."""
        self._pipe.send((function, positional, named))
        good, answer = self._pipe.recv()
        if not good:
            raise SideFailed(answer)
        return answer

    def seconds(self, work: str, count: int, /, **options: Any) -> float:
        """How long the calls of a work took together."""
        return float(self.call("", work, count, **options))

    def contender(self, name: str, work: str, /, **options: Any) -> Contender:
        return Contender(name, lambda count: self.seconds(work, count, **options))

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()


def serve(pipe: Connection, module: str, settings: str, environment: Mapping[str, str]) -> None:
    """The life of the other process: answer until the pipe is closed."""
    process().update(environment, DJANGO_SETTINGS_MODULE=settings)
    room: Any = None
    while True:
        try:
            function, positional, named = pipe.recv()
        except EOFError:
            return
        try:
            room = room or _entered(module)
            answer = (
                getattr(room, function)(*positional, **named) if function else _timed(room.WORKS, *positional, **named)
            )
            pipe.send((True, answer))
        except Exception:  # noqa: BLE001  whatever it was, the parent shows it and stops
            pipe.send((False, traceback.format_exc()))


def _entered(module: str) -> Any:
    django.setup()
    return import_module(module)


def _timed(works: Mapping[str, Work], work: str, count: int, /, **options: Any) -> float:
    calls = works[work](count, **options)
    gc.collect()
    began = time.perf_counter()
    for call in calls:
        call()
    return time.perf_counter() - began
