"""Real workers and a real beat for tests, on the test database and the test broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


def _environment() -> dict[str, str]:
    given = connection.settings_dict
    login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"postgresql://{login}@{given['HOST']}:{given['PORT']}/{given['NAME']}",
        "PYTHONWARNINGS": "ignore",
    }


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "config.celery:app", "--quiet", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


@contextmanager
def running(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        kill(process)


def worker() -> subprocess.Popen[bytes]:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return _start("worker", "--concurrency=1", "--queues=work,sweep", *quiet)


def beat() -> subprocess.Popen[bytes]:
    return _start("beat", "--scheduler=config.beat:LeaderScheduler", "--pidfile=")


def kill(process: subprocess.Popen[bytes]) -> None:
    """``kill -9`` the process and its children: nothing gets to tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def wipe_broker() -> int:
    """Delete every message of this test run, and answer how many keys there were."""
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    keys = list(client.scan_iter(f"{prefix}*"))
    if keys:
        client.delete(*keys)
    client.close()
    return len(keys)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Look until it holds; fail with what was waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain: {what}")
        time.sleep(0.1)
