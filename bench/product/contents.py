"""Record types for an environment of any size.

In small families, where a definition's neighbourhood never grows with the environment; or around one that all others
refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from apps.kernel.canonical import digest, lineage_id
from apps.metadata.core.content import Content
from apps.metadata.core.ordering import spread
from apps.metadata.services import Move

FAMILY = 5
FIELDS = 6
#: How many fields of a definition refer to the hub.
SPOKES = 10
HUB = "hub"
_ORIGIN = UUID("00000000-0000-4000-8000-00000000000b")
_SPOKE = 1_000_000


def key_of(number: int) -> str:
    """The key of the record type with that number."""
    return f"type_{number:05d}"


def moves(definitions: int, fields: int, *, altered_every: int = 0) -> list[Move]:
    """Heads for that many record types of so many fields: in each family the first is the base of the others.

    With ``altered_every`` one of so many has another label somewhere.
    """
    made = []
    for number in range(definitions):
        content = content_of(number, fields=fields)
        if altered_every and number % altered_every == 0:
            content = relabelled(content, "An altered label")
        made.append(_arriving(key_of(number), content))
    return made


def moves_around_a_hub(references: int) -> list[Move]:
    """Heads for the hub and for definitions that refer to it by ten fields each."""
    return [_arriving(HUB, _plain("Hub")), *(_arriving(*spoke) for spoke in _spokes(references // SPOKES))]


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


def relabelled(content: Content, label: str) -> Content:
    """The same with another label of its first field: one that no operation of the bench touches."""
    first = min(content["fields"], key=lambda field_id: content["fields"][field_id]["order"])
    fields = {**content["fields"], first: {**content["fields"][first], "label": label}}
    return {**content, "fields": fields}


def _plain(name: str) -> Content:
    field = {"name": "title", "order": spread(1)[0], "type": "string", "label": "A label"}
    return {"name": name, "status": "active", "fields": {lineage_id(_ORIGIN, _SPOKE - 1, 0): field}}


def _spokes(definitions: int) -> Iterator[tuple[str, Content]]:
    for number in range(definitions):
        fields = {
            lineage_id(_ORIGIN, _SPOKE + number, position): {
                "name": f"s{position}", "order": order, "type": "reference", "references": HUB, "label": "A label",
            }
            for position, order in enumerate(spread(SPOKES))
        }  # fmt: skip
        yield f"spoke_{number:05d}", {"name": f"Spoke {number}", "status": "active", "fields": fields}


def _arriving(key: str, content: Content) -> Move:
    return Move("record_type", key, content, digest(content), None)
