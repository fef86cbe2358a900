"""The unprivileged account PostgreSQL runs as when we are root: it refuses to run as root itself."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import Any

from config import env

ACCOUNT = "ec3l"
ACCOUNT_VARIABLE = "EC3L_OS_USER"


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server process runs as; ``None`` ids mean ourselves."""

    uid: int | None = None
    gid: int | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments for ``subprocess`` that switch to this account, away from a private directory."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def own(self, target: int | str | os.PathLike[str]) -> None:
        """Give a file or descriptor to this account."""
        if self.uid is None or self.gid is None:
            return
        if isinstance(target, int):
            os.fchown(target, self.uid, self.gid)
        else:
            os.chown(target, self.uid, self.gid)

    def can(self, *command: str) -> bool:
        """Whether this account can run ``command`` with success."""
        try:
            return subprocess.run(command, capture_output=True, check=False, **self.options).returncode == 0
        except OSError:
            return False


def service_account() -> Account:
    """Ourselves when unprivileged; as root the named, made or found system account."""
    if os.geteuid() != 0:
        return Account()
    wanted = env.process().get(ACCOUNT_VARIABLE, "") or ACCOUNT
    with contextlib.suppress(KeyError):
        return _named(wanted)
    for command in (
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", wanted],
        ["adduser", "-S", "-D", "-H", wanted],
    ):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            subprocess.run(command, check=True, capture_output=True)
            break
    with contextlib.suppress(KeyError):
        return _named(wanted)
    return _named("nobody")  # exists everywhere; PostgreSQL wants an account with a name


def _named(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_uid, entry.pw_gid)
