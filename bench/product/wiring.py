"""What the bench registers with the kernel."""

from apps.kernel.event_types import EventPayload, register_event
from bench.product import services

REGISTERED = (services,)


class NoteWritten(EventPayload):
    text: str


register_event("note.written", NoteWritten)
