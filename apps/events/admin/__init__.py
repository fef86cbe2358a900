"""The pages of the log: events, commands and queues."""

from apps.events.admin import command, event, home, queues

__all__ = ["command", "event", "home", "queues"]
