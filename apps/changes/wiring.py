"""Registered at start-up: event types, commands and subscribers of changes."""

from apps.changes import receivers, services  # noqa: F401  registers subscribers and commands
from apps.changes.core import event_types

event_types.register()
