"""The pages of changes."""

from apps.changes.admin import change, home, picks, snapshot

__all__ = ["change", "home", "picks", "snapshot"]
