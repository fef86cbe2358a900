from apps.changes.models.change import Change
from apps.changes.models.comment import Comment
from apps.changes.models.counter import ChangeCounter
from apps.changes.models.impact import ChangeImpact
from apps.changes.models.operation import ChangeOperation
from apps.changes.models.read import ChangeRead
from apps.changes.models.resolution import ConflictResolution
from apps.changes.models.snapshot import Snapshot
from apps.changes.models.target import ChangeTarget

__all__ = [
    "Change",
    "ChangeCounter",
    "ChangeImpact",
    "ChangeOperation",
    "ChangeRead",
    "ChangeTarget",
    "Comment",
    "ConflictResolution",
    "Snapshot",
]
