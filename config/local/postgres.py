"""An embedded PostgreSQL: made once, started or reused, stopped in order."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg

from config.local.account import Account, service_account
from config.local.addresses import POSTGRES_STATE, postgres_url
from config.local.binaries import postgres_directory
from config.local.errors import LaunchError
from config.local.processes import dies_with_parent, run, spawn
from config.local.state import Profile, free_port, port_is_free, read_json, remove_tree, write_json

SUPERUSER = "postgres"
ROLES = ("ec3l_owner", "ec3l_app", "ec3l_backup")
PATIENCE = 30.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The database server of a profile."""

    def __init__(self, profile: Profile, account: Account | None = None) -> None:
        self.profile = profile
        self.account = service_account() if account is None else account
        self._process: subprocess.Popen[bytes] | None = None
        self._directory: Path | None = None
        self._programs: Path | None = None

    @property
    def directory(self) -> Path:
        if self._directory is None:
            self._directory = self.profile.data_directory(self.account)
        return self._directory

    @property
    def data(self) -> Path:
        return self.directory / "pgdata"

    @property
    def log(self) -> Path:
        return self.profile.path("postgres.log")

    def running(self) -> bool:
        """Whether our own server answers at the port we remember."""
        try:
            with self.connect(timeout=2) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except (psycopg.OperationalError, LaunchError):
            return False
        return row is not None and Path(row[0]) == self.data

    def connect(self, database: str = "postgres", *, timeout: int = 5) -> psycopg.Connection[tuple[str]]:
        """As the superuser; raises ``LaunchError`` when the cluster was never made."""
        url = postgres_url(self.profile, SUPERUSER, database)
        if url is None:
            raise LaunchError("The database was never made.")
        return psycopg.connect(url, autocommit=True, connect_timeout=timeout)

    def start(self, *, die_with_us: bool = False) -> None:
        """Make the cluster if needed, and start it or use the one that runs. Raises ``LaunchError``."""
        if self.running():
            return
        self._settle_previous()
        if self._incomplete():
            self._make()
        self._launch(die_with_us=die_with_us)

    def died(self) -> bool:
        """Whether the server we started has ended without being asked."""
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        """Stop in order, whoever started it."""
        process = self._recorded() or self._started()
        if process is None:
            return
        for with_signal in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(with_signal)
            if self._gone(process, 20):
                return
        raise LaunchError(f"PostgreSQL (pid {process.pid}) does not stop; see {self.log}.")

    def _started(self) -> psutil.Process | None:
        """The server we began to start, should it be too young to have a pid file."""
        if self._process is None or self._process.poll() is not None:
            return None
        return psutil.Process(self._process.pid)

    def _gone(self, process: psutil.Process, patience: float) -> bool:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self._process is not None:
                self._process.poll()  # reaps it when it is our child
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
            time.sleep(0.02)
        return False

    def _recorded(self) -> psutil.Process | None:
        """The server of the data directory's own pid file, unless that pid is another program by now."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline():
                return process
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            pass
        return None

    def _settle_previous(self) -> None:
        """Wait for a server that is coming or going; clear away one that answers nobody, and stale pid files."""
        process = self._recorded()
        if process is not None and not self._gone(process, 5):
            self.stop()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _incomplete(self) -> bool:
        return not (self.data / "PG_VERSION").exists() or not self.profile.path(POSTGRES_STATE).exists()

    def _make(self) -> None:
        kept = self.data / "PG_VERSION"
        if kept.exists() and self.profile.durable:
            raise LaunchError(
                f"{self.data} holds a database, but its passwords ({self.profile.path(POSTGRES_STATE)}) are gone. "
                "Bring them back, or remove the directory to begin with an empty database."
            )
        remove_tree(self.data)
        self.data.mkdir(mode=0o700)
        self.account.own(self.data)
        passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
        reader, writer = os.pipe()
        try:
            self.account.own(reader)  # opening /dev/fd/N again is checked against the other account
            os.write(writer, passwords[SUPERUSER].encode())
            os.close(writer)
            command = [str(self._program("initdb")), "-D", str(self.data), "-U", SUPERUSER, "-E", "UTF8"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            command += ["-A", "scram-sha-256", f"--pwfile=/dev/fd/{reader}", "--no-sync"]
            code, complaint = run(command, pass_fds=(reader,), **self.account.options)
        finally:
            os.close(reader)
        if code:
            remove_tree(self.data)
            raise LaunchError(f"initdb failed:\n{complaint.strip()}")
        write_json(self.profile.path(POSTGRES_STATE), {"passwords": passwords, "port": free_port()})

    def _launch(self, *, die_with_us: bool) -> None:
        state = read_json(self.profile.path(POSTGRES_STATE))
        if not port_is_free(int(state["port"])):
            state["port"] = free_port()
            write_json(self.profile.path(POSTGRES_STATE), state)
        options = {**SETTINGS, **({} if self.profile.durable else FAST), "port": str(state["port"])}
        with self.log.open("ab") as log:
            offset = log.tell()
            self._process = spawn(
                [str(self._program("postgres")), "-D", str(self.data), *(f"--{k}={v}" for k, v in options.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=dies_with_parent(signal.SIGINT) if die_with_us else None,
                **self.account.options,
            )
        end = time.monotonic() + PATIENCE
        while not self.running():
            if self._process.poll() is not None or time.monotonic() > end:
                text = self.log.read_bytes()[offset:].decode(errors="replace")
                raise LaunchError(f"PostgreSQL did not start; the end of {self.log}:\n{text[-2000:]}")
            time.sleep(0.02)

    def _program(self, name: str) -> Path:
        if self._programs is None:
            self._programs = postgres_directory(self.account, self.directory)
        return self._programs / name
