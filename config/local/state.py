"""Where a profile keeps its files, and private JSON that only we can read."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from config.local.account import Account
from config.local.errors import LaunchError

ROOT = Path(__file__).resolve().parents[2]
ProfileName = Literal["local", "test"]
PROFILES: tuple[ProfileName, ...] = get_args(ProfileName)
DATABASE = "ec3l"


@dataclass(frozen=True, slots=True)
class Profile:
    """One set of servers and its directory."""

    name: ProfileName
    root: Path = ROOT

    @property
    def directory(self) -> Path:
        return self.root / ".local" / self.name

    @property
    def durable(self) -> bool:
        """Whether data has to survive the power going out."""
        return self.name == "local"

    def path(self, name: str) -> Path:
        return self.directory / name

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)

    def data_directory(self, account: Account) -> Path:
        """A directory ``account`` can reach: ours, or one under /var/lib when our path is private to root."""
        self.prepare()
        if account.uid is None or account.can("/bin/sh", "-c", 'cd "$0"', str(self.directory)):
            return self.directory
        self.elsewhere.mkdir(mode=0o755, parents=True, exist_ok=True)
        return self.elsewhere

    @property
    def elsewhere(self) -> Path:
        """Where the data lies when our own path is private to root."""
        mark = hashlib.sha256(str(self.root).encode()).hexdigest()[:8]
        return Path("/var/lib") / f"ec3l-{mark}" / self.name

    def remove(self) -> None:
        """Delete everything the profile ever kept."""
        remove_tree(self.directory)
        remove_tree(self.elsewhere)
        with contextlib.suppress(OSError):  # another profile's data is there, or nothing ever was
            self.elsewhere.parent.rmdir()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Alone among the processes that start or stop this profile."""
        self.prepare()
        with self.path("lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


class Users:
    """Who uses the servers of a profile now: a shared file lock for each, which dies with its process."""

    def __init__(self, profile: Profile) -> None:
        profile.prepare()
        # A bare descriptor: held until the process ends, on purpose, and not inherited by children.
        self._handle = os.open(profile.path("users"), os.O_RDWR | os.O_CREAT, 0o600)

    def join(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """True when nobody else is left."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(self._handle)
        return True


def read_json(path: Path) -> dict[str, Any]:
    """The object in ``path``, or an empty one; raises ``LaunchError`` for a damaged file."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LaunchError(f"{path} is damaged ({error}); remove it and start again.") from error
    if not isinstance(content, dict):
        raise LaunchError(f"{path} is damaged; remove it and start again.")
    return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Replace ``path`` in one step, readable by us alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(content, handle, indent=2, sort_keys=True)
    draft.replace(path)


def secrets_of(root: Path = ROOT) -> dict[str, str]:
    """The signing keys of this machine, made once."""
    path = root / ".local" / "secrets.json"
    found = read_json(path)
    if not found:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = {name: secrets.token_urlsafe(48) for name in ("secret_key", "token_key")}
        draft = path.with_name(f"secrets.{os.getpid()}")
        write_json(draft, found)
        # Linking fails when another process was first: then its keys are the keys.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        found = read_json(path)
    return {str(name): str(value) for name, value in found.items()}


def free_port() -> int:
    """A TCP port nobody listens on at this moment."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def remove_tree(path: Path) -> None:
    """Remove a directory if it is there."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path)
