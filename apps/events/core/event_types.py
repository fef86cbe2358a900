"""The events of this app."""

from apps.kernel.event_types import EventPayload


class JobReplayed(EventPayload):
    command: str


EVENT_TYPES = {"job.replayed": JobReplayed}
