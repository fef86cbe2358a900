"""What this app registers with the kernel at start-up."""

from apps.access import receivers, services
from apps.access.adapters import RoleGuard
from apps.access.core import event_types
from apps.kernel import ports

REGISTERED = (receivers, services)

event_types.register()
ports.provide("guard", RoleGuard())
