"""The web server: synchronous Django on threads, which measured three times faster than over ASGI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from config import env
from config.forks import forget_connections

_given = env.process()


class Lines(Logger):
    """What the server itself has to say goes where everything goes, in the same form (``LOG_FORMAT``)."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = int(_given.get("WEB_PROCESSES", "") or 2)
preload_app = True  # loaded once, shared by all processes; it touches no server before the fork
threads = int(_given.get("WEB_THREADS", "") or 64)
bind = f"{_given.get('WEB_ADDRESS', '') or '127.0.0.1'}:{_given.get('PORT', '') or 8000}"
timeout = 60
graceful_timeout = 25
keepalive = 5
# A process that grew old is replaced; the jitter keeps them from all going at once.
max_requests = 50_000
max_requests_jitter = 5_000
limit_request_line = 8190
forwarded_allow_ips = "*" if _given.get("PROXIES", "") not in ("", "0") else "127.0.0.1"
logger_class = Lines
loglevel = "warning"
control_socket_disable = True  # nobody steers it from within; its place would be a home that a container has not
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  heartbeat files must not wait for a disk


def post_fork(server: Any, worker: Any) -> None:
    """Should anything have talked to the database before the fork, it stays with the parent."""
    forget_connections()
