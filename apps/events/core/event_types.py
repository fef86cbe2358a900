"""The events of this app."""

from apps.kernel.event_types import EventPayload


class JobReplayed(EventPayload):
    command: str


class TimerReplayed(EventPayload):
    kind: str


class OutboxReplayed(EventPayload):
    event_type: str


EVENT_TYPES: dict[str, type[EventPayload]] = {
    "job.replayed": JobReplayed,
    "timer.replayed": TimerReplayed,
    "outbox.replayed": OutboxReplayed,
}
