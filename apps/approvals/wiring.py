"""Registered at start-up: event types, commands, clocks and subscribers of approvals."""

from apps.approvals import receivers, services  # noqa: F401  registers commands, clocks and subscribers
from apps.approvals.core import event_types

event_types.register()
