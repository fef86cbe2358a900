"""The pages of record types and choice lists, where edits are staged into the change in hand."""

from apps.types.admin import choice_list, editing, picks, record_type

__all__ = ["choice_list", "editing", "picks", "record_type"]
