"""The one place that moves heads. A merge, and later a promotion and a revert, end here; nothing else writes
definitions, revisions, heads, their moves or references.

Locks, in this order: the environment (by the caller, before it reads), definitions by id, heads by kind and key.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from apps.kernel import hooks
from apps.kernel.prepared import prepared_cursor
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.adapters import contents
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.errors import HeadMovedMeanwhile
from apps.metadata.models import Definition, Head, HeadMove, Revision
from apps.metadata.queries import definitions_by_key, heads_by_key
from apps.metadata.services.references import write_references
from apps.tenancy.models import Environment

BATCH = 1_000
#: What the database can tell apart.
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a head shall be: ``digest`` is that of ``content``, ``digest_before`` None where there is no head yet."""

    kind: str
    key: str
    content: Content
    digest: str
    digest_before: str | None

    @property
    def identity(self) -> NodeId:
        return (self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move wrote."""

    kind: str
    key: str
    definition_id: UUID
    revision_id: UUID
    revision_before_id: UUID | None
    number: int


def lock_environment(environment_id: UUID) -> Environment:
    """The environment, locked against every other mover of its heads until the transaction ends."""
    environment: Environment = Environment.objects.lock(environment_id)
    return environment


def ensure_definitions(project_id: UUID, wanted: Collection[NodeId], *, at: datetime) -> dict[NodeId, Definition]:
    """The definitions of these keys, made where they are missing, and locked so that numbers of revisions rise one
    by one even when two environments move the same definition."""
    known = definitions_by_key(project_id, wanted)
    Definition.objects.bulk_create(
        [
            Definition(project_id=project_id, kind=kind, key=key, created_at=at)
            for kind, key in sorted(set(wanted) - known.keys())
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    if len(known) < len(set(wanted)):
        known = definitions_by_key(project_id, wanted)
    ids = [definition.pk for definition in known.values()]
    list(Definition.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    return known


def move_heads(
    environment: Environment, moves: Sequence[Move], *, change_id: UUID, actor: Actor, at: datetime
) -> list[Moved]:
    """Write a revision for each move, point the environment's head at it and keep the move, in a handful of statements.

    The caller holds the environment's lock. Raises ``HeadMovedMeanwhile`` when a head is not where the move says.
    Whoever joined the hook ``metadata.heads_moved`` acts in the same transaction.
    """
    ordered = sorted(moves, key=lambda move: move.identity)
    if not ordered:
        return []
    wanted = [move.identity for move in ordered]
    definitions = ensure_definitions(environment.project_id, wanted, at=at)
    heads = heads_by_key(environment.pk, wanted, lock=True)
    _refuse_moved(ordered, heads)

    numbers = _newest_numbers(definitions.values())
    revisions = {
        move.identity: Revision(
            definition_id=definitions[move.identity].pk,
            number=numbers.get(definitions[move.identity].pk, 0) + 1,
            content=move.content,
            digest=move.digest,
            change_id=change_id,
            created_at=at,
        )
        for move in ordered
    }
    Revision.objects.bulk_create(revisions.values(), batch_size=BATCH)
    _point(environment, ordered, heads, revisions, actor=actor, at=_next_instant(environment, at))
    write_references(
        environment.pk, {revisions[move.identity].definition_id: (move.kind, move.content) for move in ordered}
    )
    moved = [
        _tell(environment, move, heads.get(move.identity), revisions[move.identity], actor=actor, at=at)
        for move in ordered
    ]
    list(hooks.run("metadata.heads_moved", environment=environment, moved=moved, moves=ordered, actor=actor, at=at))
    return moved


def _refuse_moved(moves: Sequence[Move], heads: Mapping[NodeId, Head]) -> None:
    for move in moves:
        head = heads.get(move.identity)
        if (head.digest if head else None) != move.digest_before:
            raise HeadMovedMeanwhile(kind=move.kind, key=move.key)


def _newest_numbers(definitions: Collection[Definition]) -> dict[UUID, int]:
    return dict(
        Revision.objects.filter(definition__in=[definition.pk for definition in definitions])
        .values("definition_id")
        .annotate(newest=Max("number"))
        .values_list("definition_id", "newest")
    )


_NEWEST = "select max(moved_at) from metadata_headmove where environment_id = %s"


def _next_instant(environment: Environment, at: datetime) -> datetime:
    """When the heads move: ``at``, or right after the environment's last move, where this command began before another
    one that was faster. So the moves of an environment are in one order, the same by time as by lock."""
    with prepared_cursor() as cursor:
        cursor.execute(_NEWEST, [environment.pk])
        newest: datetime | None = cursor.fetchone()[0]
    return at if newest is None or newest < at else newest + INSTANT


_POINT = """
update metadata_head h
set revision_id = v.revision_id, name = v.name, status = v.status, number = v.number, digest = v.digest, moved_at = %s
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::int[], %s::text[])
     as v (id, revision_before_id, revision_id, name, status, number, digest)
where h.id = v.id and h.revision_id = v.revision_before_id
"""


def _point(
    environment: Environment,
    moves: Sequence[Move],
    heads: Mapping[NodeId, Head],
    revisions: Mapping[NodeId, Revision],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    kept: list[HeadMove] = []
    made: list[Head] = []
    updates: list[tuple[UUID, UUID, UUID, str, str, int, str]] = []
    for move in moves:
        revision, head = revisions[move.identity], heads.get(move.identity)
        name, status = kind_named(move.kind).project(move.content)
        pointed: dict[str, Any] = {
            "environment": environment,
            "definition_id": revision.definition_id,
            "revision_id": revision.pk,
            "kind": move.kind,
            "key": move.key,
            "name": name,
            "status": status,
            "number": revision.number,
            "digest": revision.digest,
            "moved_at": at,
        }
        before = move.digest_before or ""
        kept.append(HeadMove(**pointed, digest_before=before, change_id=revision.change_id, moved_by_id=actor.id))
        if head is None:
            made.append(Head(**pointed))
        else:
            updates.append((head.pk, head.revision_id, revision.pk, name, status, revision.number, revision.digest))
    Head.objects.bulk_create(made, batch_size=BATCH)
    HeadMove.objects.bulk_create(kept, batch_size=BATCH)
    with prepared_cursor() as cursor:
        if updates:
            cursor.execute(_POINT, [at, *(list(column) for column in zip(*updates, strict=True))])
            if cursor.rowcount != len(updates):
                raise HeadMovedMeanwhile
        # The name constraint is deferred so that two names can be swapped. Ask now, where it can be refused.
        cursor.execute("set constraints metadata_head_name_once immediate")
        cursor.execute("set constraints metadata_head_name_once deferred")


def _tell(
    environment: Environment, move: Move, head: Head | None, revision: Revision, *, actor: Actor, at: datetime
) -> Moved:
    contents.keep(move.digest, move.content)
    emit(
        "metadata.head_moved",
        subject=("metadata.definition", revision.definition_id),
        actor=actor,
        at=at,
        payload={
            "kind": move.kind,
            "key": move.key,
            "environment_id": environment.pk,
            "revision_id": revision.pk,
            "number": revision.number,
            "digest_before": head.digest if head else None,
            "digest": move.digest,
            "change_id": revision.change_id,
        },
    )
    return Moved(
        kind=move.kind,
        key=move.key,
        definition_id=revision.definition_id,
        revision_id=revision.pk,
        revision_before_id=head.revision_id if head else None,
        number=revision.number,
    )
