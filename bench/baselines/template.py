"""What a create writes: the rows of one sample of the product's work, with fresh ids and the caller's text."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import timezone

from bench.mirror import Footprint, Written

Row = dict[str, Any]

_footprints: dict[str, Footprint] = {}


def remember(table: str, footprint: Footprint) -> None:
    """What to write with a row of ``table`` from now on."""
    _footprints[table] = footprint


def updates(table: str) -> list[Written]:
    return [written for written in _footprints[table] if written.updated]


def inserts(table: str, text: str, field: str) -> list[tuple[Written, Row]]:
    """Every row to insert, the record itself first; ``text`` is the record's ``field``."""
    now = timezone.now()
    made = []
    for written in sorted(_footprints[table], key=lambda written: written.table != table):
        for row in written.inserted:
            fresh = {**row, written.key: uuid4()}
            fresh.update({name: now for name in ("occurred_at", "created_at") if name in row})
            if written.table == table:
                fresh[field] = text
            made.append((written, fresh))
    return made
