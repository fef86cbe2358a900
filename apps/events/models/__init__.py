from apps.events.models.command import CommandRecord
from apps.events.models.epoch import Epoch
from apps.events.models.event import Event, Outbox
from apps.events.models.idempotency import StoredAnswer
from apps.events.models.queue import Job, Timer

__all__ = ["CommandRecord", "Epoch", "Event", "Job", "Outbox", "StoredAnswer", "Timer"]
