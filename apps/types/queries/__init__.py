from apps.types.queries.choice_lists import choice_list, choice_lists_of, choice_lists_visible, lists
from apps.types.queries.graph import change_graph_diff, graph_snapshot, graph_validation
from apps.types.queries.record_types import (
    active_types_derived_from,
    chain_of,
    listed,
    record_type,
    record_type_by_key,
    record_types_of,
    record_types_visible,
    whole,
)

__all__ = [
    "active_types_derived_from",
    "chain_of",
    "change_graph_diff",
    "choice_list",
    "choice_lists_of",
    "choice_lists_visible",
    "graph_snapshot",
    "graph_validation",
    "listed",
    "lists",
    "record_type",
    "record_type_by_key",
    "record_types_of",
    "record_types_visible",
    "whole",
]
