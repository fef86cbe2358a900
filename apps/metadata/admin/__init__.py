"""The pages of stored metadata: heads, revisions, definitions, and their history."""

from apps.metadata.admin import definition, head, move, picks, revision

__all__ = ["definition", "head", "move", "picks", "revision"]
