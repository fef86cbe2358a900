"""What this app registers with the kernel at start-up."""

from apps.kernel import hooks, ports
from apps.tenancy import checks, services
from apps.tenancy.core import event_types
from apps.tenancy.queries import identity

REGISTERED = (checks, services)

event_types.register()
ports.provide("principals", identity)
hooks.on("database.migrated")(services.found_platform)
hooks.on("database.migrated")(services.keep_event_order)
