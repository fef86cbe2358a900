"""The pages of changes."""

from apps.changes.admin import adopting, change, home, picks, reverting, snapshot, wording

__all__ = ["adopting", "change", "home", "picks", "reverting", "snapshot", "wording"]
