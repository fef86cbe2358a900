from apps.metadata.services.heads import Move, Moved, lock_environment, move_heads
from apps.metadata.services.references import rebuild_references

__all__ = ["Move", "Moved", "lock_environment", "move_heads", "rebuild_references"]
