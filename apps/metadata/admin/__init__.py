"""The pages of stored metadata: heads, revisions, definitions."""

from apps.metadata.admin import definition, head, picks, revision

__all__ = ["definition", "head", "picks", "revision"]
