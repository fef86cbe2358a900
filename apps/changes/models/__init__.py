from apps.changes.models.change import Change
from apps.changes.models.counter import ChangeCounter
from apps.changes.models.operation import ChangeOperation
from apps.changes.models.snapshot import Snapshot
from apps.changes.models.target import ChangeTarget

__all__ = ["Change", "ChangeCounter", "ChangeOperation", "ChangeTarget", "Snapshot"]
