"""What this app registers with the kernel at start-up."""

from apps.events.core.event_types import EVENT_TYPES
from apps.events.services import partitions, relay, replaying
from apps.events.services.journal import DatabaseJournal
from apps.kernel import ports
from apps.kernel.event_types import register_event

SERVICES = (partitions, relay, replaying)

for name, payload in EVENT_TYPES.items():
    register_event(name, payload)

ports.provide("journal", DatabaseJournal())
