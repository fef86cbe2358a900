"""Where a new member of a collection goes: an order key fixed when the operation is staged."""

from collections.abc import Mapping
from typing import Any

from apps.metadata.core.ordering import between, is_order_key
from apps.types.core.inheritance import mapping


def place(members: Mapping[str, Any], position: int | None = None, *, but: str = "") -> str:
    """An order key for the given position (0 is the first), or for the end. ``but`` is a member that moves away.

    Members of one order key, as two parallel additions leave them, are stepped over together.
    """
    orders = sorted(
        order
        for identifier, member in members.items()
        if identifier != but and is_order_key(order := str(mapping(member).get("order", "")))
    )
    if position is None or position >= len(orders):
        return between(orders[-1] if orders else None, None)
    following = orders[position]
    before = [order for order in orders if order < following]
    return between(before[-1] if before else None, following)
