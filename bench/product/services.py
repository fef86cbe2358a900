"""The trivial command, and one that fills an environment through the one place that moves heads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.services import lock_environment, move_heads
from bench.product.contents import moves
from bench.product.models import Note

Text = Annotated[str, Field(min_length=1, max_length=200)]


@command("note.write", safety=Safety.WRITE_INTERNAL, status=201)
def write_note(*, text: Text, actor: Actor, at: datetime) -> Note:
    """Write one row and tell it."""
    note: Note = Note.objects.create(text=text, created_at=at)
    emit("note.written", subject=note, actor=actor, at=at, payload={"text": text})
    return note


@command("note.fill_environment", safety=Safety.WRITE_INTERNAL, internal=True)
def fill_environment(environment_id: UUID, *, definitions: int, fields: int, actor: Actor, at: datetime) -> int:
    """Put so many record types into an empty environment."""
    environment = lock_environment(environment_id)
    return len(move_heads(environment, moves(definitions, fields), change_id=uuid4(), actor=actor, at=at))
