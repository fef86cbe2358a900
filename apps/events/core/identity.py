"""Where the ids of facts come from: always from the facts themselves, never from chance (AT-006, AT-014)."""

from datetime import datetime
from uuid import UUID

from apps.kernel.canonical import deterministic_uuid

ENVELOPE_VERSION = 1


def event_id(source_ref: str, source_native_id: str, payload_hash: str, occurred_at: datetime) -> UUID:
    """The id of an event: a UUIDv8 over its source, its id there, its payload and its time."""
    return deterministic_uuid("event", source_ref, source_native_id, payload_hash, occurred_at.isoformat())


def job_id(command_id: UUID, ordinal: int) -> UUID:
    """The id of the n-th job a command deferred."""
    return deterministic_uuid("job", str(command_id), str(ordinal))


def timer_id(command_id: UUID, ordinal: int) -> UUID:
    """The id of the n-th timer a command started."""
    return deterministic_uuid("timer", str(command_id), str(ordinal))


def delivery_key(subscriber: str, event: UUID) -> str:
    """One delivery for each subscriber and event."""
    return f"{subscriber}:{event}"
