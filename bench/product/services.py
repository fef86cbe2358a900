"""The trivial command, and others that fill and move environments through the one place that moves heads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from pydantic import Field

from apps.kernel.canonical import digest
from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.queries import contents_of, heads_by_key
from apps.metadata.services import Move, lock_environment, move_heads
from bench.product.contents import key_of, moves, moves_around_a_hub, relabelled
from bench.product.models import Note

Text = Annotated[str, Field(min_length=1, max_length=200)]


@command("note.write", safety=Safety.WRITE_INTERNAL, status=201)
def write_note(*, text: Text, actor: Actor, at: datetime) -> Note:
    """Write one row and tell it."""
    note: Note = Note.objects.create(text=text, created_at=at)
    emit("note.written", subject=note, actor=actor, at=at, payload={"text": text})
    return note


@command("note.fill_environment", safety=Safety.WRITE_INTERNAL, internal=True)
def fill_environment(
    environment_id: UUID, *, definitions: int, fields: int, altered_every: int = 0, actor: Actor, at: datetime
) -> int:
    """Put so many record types into an empty environment."""
    environment = lock_environment(environment_id)
    made = moves(definitions, fields, altered_every=altered_every)
    return len(move_heads(environment, made, change_id=uuid4(), actor=actor, at=at))


@command("note.fill_around_a_hub", safety=Safety.WRITE_INTERNAL, internal=True)
def fill_around_a_hub(environment_id: UUID, *, references: int, actor: Actor, at: datetime) -> int:
    """Put one record type into an empty environment, and others with so many references to it."""
    environment = lock_environment(environment_id)
    return len(move_heads(environment, moves_around_a_hub(references), change_id=uuid4(), actor=actor, at=at))


@command("note.move_on", safety=Safety.WRITE_INTERNAL, internal=True)
def move_on(environment_id: UUID, *, times: int, among: int, actor: Actor, at: datetime) -> int:
    """Let so many changes of one definition each go by, over so many definitions in turn."""
    environment = lock_environment(environment_id)
    heads = heads_by_key(environment.pk, [("record_type", key_of(number)) for number in range(among)])
    contents = contents_of(list(heads.values()))
    running = {identity: (contents[head.digest], head.digest) for identity, head in heads.items()}
    for time in range(times):
        identity = ("record_type", key_of(time % among))
        content, before = running[identity]
        content = relabelled(content, f"Meanwhile {time}")
        running[identity] = content, digest(content)
        moved = Move(*identity, *running[identity], before)
        move_heads(environment, [moved], change_id=uuid4(), actor=actor, at=at)
    return times
