"""The pages of the log: events, commands and jobs."""

from apps.events.admin import command, event, home, job

__all__ = ["command", "event", "home", "job"]
