"""Registered at start-up: event types, commands and kinds of metadata."""

from apps.kernel import kinds
from apps.metadata import services  # noqa: F401  registers the commands
from apps.metadata.core import event_types
from apps.metadata.kinds import FILE, SCRIPT

event_types.register()
kinds.register(FILE)
kinds.register(SCRIPT)
