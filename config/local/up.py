"""``make up``: servers, migrations, the demo tenant, the parts; then where to go and how to sign in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from config import env
from config.local.errors import LaunchError
from config.local.processes import end, find, write_pid
from config.local.servers import Servers
from config.local.state import Profile, port_is_free, read_json
from config.local.supervisor import STOPPING, Part, Supervisor, end_left_overs, pid_path

FIRST_PORT, LAST_PORT = 8000, 8019
PARTS = ("web", "worker", "beat")
SUPERVISOR = "supervisor"
DEMO = "demo.json"


def up(profile: Profile) -> int:
    """Run until Ctrl-C (0) or until a part ends by itself (1). Raises ``LaunchError``."""
    began = time.monotonic()
    _alone(profile)
    servers = Servers(profile)
    given = env.process()
    wanted = {"database": not given.get("DATABASE_URL"), "broker": not given.get("REDIS_URL")}
    port = _port()
    environment = {
        **given,
        "DJANGO_SETTINGS_MODULE": given.get("DJANGO_SETTINGS_MODULE") or "config.settings.dev",
        "BASE_URL": given.get("BASE_URL") or f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        # As root Celery advises against it; in a container or a lent machine there is nobody else to be.
        "PYTHONWARNINGS": given.get("PYTHONWARNINGS") or "ignore:You're running the worker with superuser",
    }
    for number in STOPPING:
        # From the first moment on; a shell in the background hands SIGINT over as ignored.
        signal.signal(number, _interrupt)
    try:
        servers.start(die_with_us=True, **wanted)
        _prepare(profile, environment)
        supervisor = Supervisor(profile, _parts(profile, port), environment)
        return supervisor.run(
            ready=lambda: _ready(port),
            announce=lambda: _announce(profile, environment["BASE_URL"], time.monotonic() - began),
            died=servers.died,
        )
    finally:
        servers.release()
        pid_path(profile, SUPERVISOR).unlink(missing_ok=True)


def down(profile: Profile) -> None:
    """End a running ``up``, or what a killed one left."""
    if running := find(pid_path(profile, SUPERVISOR)):
        end(running, patience=60)
    end_left_overs(profile, PARTS)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _alone(profile: Profile) -> None:
    profile.prepare()
    if running := find(pid_path(profile, SUPERVISOR)):
        raise LaunchError(f"EC3L runs already (pid {running.pid}). `make stop` ends it.")
    if ended := end_left_overs(profile, PARTS):
        print(f"Ended what an earlier run left behind: {', '.join(ended)}.")
    write_pid(pid_path(profile, SUPERVISOR), os.getpid())


def _port() -> int:
    named = env.process().get("PORT", "")
    if named:
        if not named.isdigit() or not port_is_free(int(named)):
            raise LaunchError(f"PORT is {named}, which is no free port.")
        return int(named)
    for port in range(FIRST_PORT, LAST_PORT + 1):
        if port_is_free(port):
            return port
    raise LaunchError(f"All ports from {FIRST_PORT} to {LAST_PORT} are taken; name a free one with PORT=.")


def _prepare(profile: Profile, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "config.local.prepare"]
    if subprocess.run(command, env=environment, cwd=profile.root, check=False).returncode:
        raise LaunchError("The database could not be prepared; the reason is above.")


def _parts(profile: Profile, port: int) -> list[Part]:
    celery = [sys.executable, "-m", "celery", "-A", "config.celery:app", "--quiet"]
    return [
        Part("web", [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", f"--bind=127.0.0.1:{port}"]),
        Part("worker", [*celery, "worker", "--concurrency=2", "--queues=work,sweep", *_QUIET]),
        Part("beat", [*celery, "beat", "--scheduler=config.beat:LeaderScheduler", "--pidfile="]),
    ]


_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _announce(profile: Profile, base_url: str, seconds: float) -> None:
    demo = read_json(profile.root / ".local" / DEMO)
    lines = [
        "",
        f"EC3L is ready after {seconds:.1f} s: {base_url}/admin/",
        f"REST, with its description: {base_url}/api/schema/swagger",
    ]
    people = demo.get("people", [])
    if people:
        lines += ["", "Sign in as:"]
        lines += [f"  {person['email']:<28} {person['password']:<20} {person.get('name', '')}" for person in people]
    tokens = demo.get("tokens", {})
    if tokens:
        lines += ["", "Tokens for the API (Authorization: Bearer ...):"]
        lines += [f"  {name:<28} {token}" for name, token in tokens.items()]
    print("\n".join([*lines, "", "Ctrl-C stops everything.", ""]), flush=True)
