"""What metadata tells about itself."""

from uuid import UUID

from apps.kernel.event_types import EventPayload, register_event


class HeadMoved(EventPayload):
    """An environment runs another revision of a definition. ``digest_before`` is None where there was no head."""

    kind: str
    key: str
    environment_id: UUID
    revision_id: UUID
    number: int
    digest_before: str | None
    digest: str
    change_id: UUID


class ReferencesRebuilt(EventPayload):
    """The projection of edges was made anew from the heads; ``differences`` rows had been wrong."""

    references: int
    differences: int


def register() -> None:
    register_event("metadata.head_moved", HeadMoved)
    register_event("metadata.references_rebuilt", ReferencesRebuilt)
