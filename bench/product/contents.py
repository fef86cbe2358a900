"""Record types for an environment of any size, in small families: a definition's neighbourhood never grows with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.kernel.canonical import digest, lineage_id
from apps.metadata.core.content import Content
from apps.metadata.core.ordering import spread
from apps.metadata.services import Move

FAMILY = 5
FIELDS = 6
_ORIGIN = UUID("00000000-0000-4000-8000-00000000000b")


def key_of(number: int) -> str:
    """The key of the record type with that number."""
    return f"type_{number:05d}"


def moves(definitions: int, fields: int) -> list[Move]:
    """Heads for that many record types of so many fields: in each family the first is the base of the others."""
    made = []
    for number in range(definitions):
        content = content_of(number, fields=fields)
        made.append(Move("record_type", key_of(number), content, digest(content), None))
    return made


def content_of(number: int, *, fields: int) -> Content:
    """One record type, with a reference to the first of its family."""
    first = number - number % FAMILY
    content: dict[str, Any] = {"name": f"Type {number}", "status": "active", "fields": {}}
    if number != first:
        content["base_type"] = key_of(first)
    for position, order in enumerate(spread(fields)):
        field: dict[str, Any] = {"name": f"f{number}_{position}", "order": order, "type": "string", "label": "A label"}
        if position == 0 and number != first:
            field |= {"type": "reference", "references": key_of(first)}
        content["fields"][lineage_id(_ORIGIN, number, position)] = field
    return content
