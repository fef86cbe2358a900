"""``python -m config.catalogue DIRECTORY``: every command and every event, as documents made from the registries."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import django
from pydantic import BaseModel

from apps.kernel.commands import registered
from apps.kernel.event_types import registered_events
from config.env import select_settings

COMMANDS = """# Commands

Every write the system can do, from the registry that dispatches them. This document is made by `make docs`.
A command without a permission is open to every member of the tenant; an internal one has no route and no button.

"""
EVENTS = """# Events

Every fact the event log may hold: its canonical name, what its payload carries, and the names the ledgers use for it.
This document is made by `make docs`.

"""


def commands() -> str:
    rows = (
        (
            f"`{command.name}`",
            f"`{command.permission}`" if command.permission else "",
            command.agents.name.lower(),
            command.gateways.name.lower(),
            command.safety.name.lower().replace("_", " "),
            "internal" if command.internal else "",
            command.summary,
        )
        for command in sorted(registered(), key=lambda command: command.name)
    )
    return COMMANDS + _table(("Command", "Permission", "Agents", "Gateways", "Safety", "Reach", "What it does"), rows)


def events() -> str:
    rows = (
        (
            f"`{event.name}`",
            str(event.version),
            _fields(event.payload),
            ", ".join(f"`{alias}`" for alias in event.aliases),
        )
        for event in registered_events().values()
    )
    return EVENTS + _table(("Event", "Version", "Payload", "Also known as"), rows)


def _fields(payload: type[BaseModel]) -> str:
    return ", ".join(f"`{name}`" for name in payload.model_fields)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    select_settings("config.settings.dev")
    django.setup()
    for name, text in (("commands.md", commands()), ("events.md", events())):
        (Path(sys.argv[1]) / name).write_text(text)
