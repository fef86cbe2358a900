"""An embedded Valkey: broker and cache, a doorbell that keeps nothing."""

from __future__ import annotations

import secrets
import signal
import subprocess
import time

import redis

from config.local.addresses import VALKEY_STATE, valkey_url
from config.local.binaries import valkey_server
from config.local.errors import LaunchError
from config.local.processes import dies_with_parent, end, find, spawn, write_pid
from config.local.state import Profile, free_port, port_is_free, read_json, write_json

PID = "valkey.pid"
PATIENCE = 10.0


class Valkey:
    """The broker of a profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._process: subprocess.Popen[bytes] | None = None

    def running(self) -> bool:
        """Whether a server that knows our password answers."""
        url = valkey_url(self.profile)
        if url is None:
            return False
        client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def start(self, *, die_with_us: bool = False) -> None:
        """Start it, or use the one that runs. Raises ``LaunchError``."""
        if self.running():
            return
        if left_over := find(self.profile.path(PID)):
            end(left_over, patience=3)
        state = read_json(self.profile.path(VALKEY_STATE)) or {
            "password": secrets.token_urlsafe(24),
            "port": free_port(),
        }
        if not port_is_free(int(state["port"])):
            state["port"] = free_port()
        write_json(self.profile.path(VALKEY_STATE), state)
        self._launch(state, die_with_us=die_with_us)

    def died(self) -> bool:
        """Whether the server we started has ended without being asked."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Stop in order, whoever started it."""
        if process := find(self.profile.path(PID)):
            end(process, patience=10)
        if self._process is not None:
            self._process.terminate()  # it may be too young to have a pid file
            self._process.wait(5)
        self.profile.path(PID).unlink(missing_ok=True)

    def _launch(self, state: dict[str, str | int], *, die_with_us: bool) -> None:
        # Settings go through standard input: a password on the command line is readable by everybody.
        settings = {
            "port": state["port"],
            "bind": "127.0.0.1",
            "requirepass": state["password"],
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "dir": f'"{self.profile.directory}"',
            "logfile": f'"{self.profile.path("valkey.log")}"',
        }
        self._process = spawn(
            [str(valkey_server()), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGTERM) if die_with_us else None,
        )
        assert self._process.stdin is not None
        self._process.stdin.write("\n".join(f"{name} {value}" for name, value in settings.items()).encode())
        self._process.stdin.close()
        write_pid(self.profile.path(PID), self._process.pid)
        limit = time.monotonic() + PATIENCE
        while not self.running():
            if self._process.poll() is not None or time.monotonic() > limit:
                raise LaunchError(f"Valkey did not start; see {self.profile.path('valkey.log')}.")
            time.sleep(0.01)
