"""``python -m config.local start | stop | status | up``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.local.addresses import settings_of
from config.local.errors import LaunchError
from config.local.servers import Servers
from config.local.state import PROFILES, ROOT, Profile
from config.local.up import down, up


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Do one command for the project in ``root``; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m config.local", description="EC3L on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("start", "start the servers and leave them running"),
        ("stop", "stop the servers"),
        ("remove", "stop the servers and delete all their data"),
        ("status", "say which servers answer; exit code 1 when one does not"),
        ("up", "run everything until Ctrl-C"),
        ("env", "print the servers' addresses as shell variables"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--profile", choices=PROFILES, default="local")
    given = parser.parse_args(arguments)
    try:
        return _run(given.command, Profile(given.profile, root))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1


def _run(command: str, profile: Profile) -> int:
    if command == "up":
        return up(profile)
    servers = Servers(profile)
    if command == "start":
        servers.start()
        servers.keep()
    elif command == "stop":
        down(profile)
        servers.stop()
    elif command == "remove":
        down(profile)
        servers.remove()
        return 0
    elif command == "env":
        for name, value in settings_of(profile).items():
            print(f"export {name.upper()}='{value}'")
    answers = servers.status() if command != "env" else {}
    for name, answer in answers.items():
        print(f"{profile.name} {name}: {'running' if answer else 'stopped'}")
    return 1 if command == "status" and not all(answers.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
