"""What environments ran, and when: reads of the moves that ``services/heads.py`` keeps.

A :class:`Side` is an environment at a time, or now. Every read follows an index of ``HeadMove``, so its cost follows
what is shown and not how much there was. The newest move up to a time is asked for by comparing rows: only one index
gives them in that order. With equalities others would seem as good, and read a whole environment for each definition.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Model, Q, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from apps.kernel.prepared import prepared_cursor
from apps.metadata.core.blame import Blamed, Said, blame
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.models import HeadMove
from apps.metadata.queries.heads import any_of, contents_by_digest

#: Moves that blame looks back over, and how many contents it reads at once.
BLAME_LIMIT = 500
BLAME_BATCH = 25


class Side(NamedTuple):
    """What an environment ran at a time; at no time given, what it runs now."""

    environment_id: UUID
    at: datetime | None = None

    @property
    def until(self) -> Q:
        """The moves up to then."""
        return Q() if self.at is None else Q(moved_at__lte=self.at)


def newest_move(of: type[Model], side: Side) -> RawSQL:
    """The newest move up to a side of each of some rows, by their kind and key.

    For what the environment did not run it is nothing, or the move of another definition: compare.
    """
    return RawSQL(*_newest(of, side, "newest.id"), UUIDField())  # noqa: S611  values are bound


def _newest(of: type[Model], side: Side, said: str) -> tuple[str, list[Any]]:
    table = of._meta.db_table
    statement = f"""
        select {said.format(table=table)} from metadata_headmove newest
        where newest.environment_id = %s
          and (newest.kind, newest.key, newest.moved_at) <= ({table}.kind, {table}.key, %s)
        order by newest.kind desc, newest.key desc, newest.moved_at desc limit 1
    """  # noqa: S608  constants only
    return statement, [side.environment_id, side.at or "infinity"]


def moves_as_of(side: Side) -> QuerySet[HeadMove]:
    """For each definition the environment ran then, the move that had brought it there, by kind and key.

    Asked as yes or no of each move: an equality of ids would let the database expect one row, and sort a whole
    environment for it where a page by index would do.
    """
    is_newest = RawSQL(*_newest(HeadMove, side, "newest.id = {table}.id"), BooleanField())  # noqa: S611  values are bound
    return HeadMove.objects.filter(side.until, is_newest, environment_id=side.environment_id).order_by(
        "kind", "key", "id"
    )


def moves_by_key(side: Side, wanted: Collection[NodeId]) -> dict[NodeId, HeadMove]:
    """For those of the definitions that the environment ran then, the move that had brought each there."""
    if not wanted:
        return {}
    return {(move.kind, move.key): move for move in moves_as_of(side).filter(any_of(wanted))}


def move_as_of(definition_id: UUID, side: Side) -> HeadMove | None:
    """The move that had brought a definition where it was then, or None where the environment did not run it."""
    return moves_of(definition_id, side.environment_id).filter(side.until).first()


def moves_of(definition_id: UUID, environment_id: UUID | None = None) -> QuerySet[HeadMove]:
    """The moves of a definition, in one environment or in all of them, newest first."""
    moves = HeadMove.objects.filter(definition_id=definition_id)
    if environment_id is not None:
        moves = moves.filter(environment_id=environment_id)
    return moves.order_by("-moved_at", "-id")


def moves_in(environment_id: UUID) -> QuerySet[HeadMove]:
    """Everything that moved in an environment, newest first."""
    return HeadMove.objects.filter(environment_id=environment_id).order_by("-moved_at", "-id")


def content_as_of(definition_id: UUID, side: Side) -> Content | None:
    """What a definition said then, or None where the environment did not run it."""
    move = move_as_of(definition_id, side)
    return None if move is None else content_after(move)


def content_after(move: HeadMove) -> Content:
    """What a definition said after a move."""
    return contents_by_digest({move.digest: move.revision_id})[move.digest]


def blame_of(definition_id: UUID, side: Side) -> tuple[Blamed[HeadMove], ...]:
    """Each attribute of a definition as it was then, with the move that gave it its value.

    Reads back until every attribute is explained, over at most ``BLAME_LIMIT`` moves.
    """
    moves = list(moves_of(definition_id, side.environment_id).filter(side.until)[: BLAME_LIMIT + 1])
    return blame(_said(moves[:BLAME_LIMIT]), whole=len(moves) <= BLAME_LIMIT)


def _said(moves: list[HeadMove]) -> Iterator[Said[HeadMove]]:
    rest = iter(moves)
    while batch := list(islice(rest, BLAME_BATCH)):
        contents = contents_by_digest({move.digest: move.revision_id for move in batch})
        for move in batch:
            yield Said(move, move.digest, contents[move.digest])


# From where the other side last said what is said here; nothing where its content was here once, however it came.
_WROTE = """
select distinct m.change_id
from unnest(%(kinds)s::text[], %(keys)s::text[], %(here)s::text[], %(there)s::text[]) as w (kind, key, here, there)
join metadata_headmove m on m.environment_id = %(environment)s and m.kind = w.kind and m.key = w.key
where m.moved_at <= %(until)s
  and m.moved_at > coalesce((
      select max(same.moved_at) from metadata_headmove same
      where same.environment_id = %(environment)s and same.kind = w.kind and same.key = w.key
        and same.digest = w.here and same.moved_at <= %(until)s), '-infinity')
  and not exists (
      select from metadata_headmove known
      where known.environment_id = %(into)s and known.kind = w.kind and known.key = w.key and known.digest = w.there)
"""


def changes_behind(side: Side, into: UUID, differing: Mapping[NodeId, tuple[str, str]]) -> set[UUID]:
    """The changes that made definitions of a side what they are there, and what an environment never said.

    ``differing``: the digests here and there of each. One query.
    """
    values = {
        "environment": side.environment_id,
        "until": side.at or "infinity",
        "into": into,
        "kinds": [kind for kind, _key in differing],
        "keys": [key for _kind, key in differing],
        "here": [here for here, _there in differing.values()],
        "there": [there for _here, there in differing.values()],
    }
    with prepared_cursor() as cursor:
        cursor.execute(_WROTE, values)
        return {change_id for (change_id,) in cursor.fetchall()}


#: What an environment ran at a time: one look into the history for each of its heads, which never disappear, so that
#: the cost follows the definitions and not how often they moved.
THEN = """
select h.definition_id, h.kind, h.key, newest.digest
from metadata_head h
cross join lateral (
    select m.definition_id, m.digest from metadata_headmove m
    where m.environment_id = h.environment_id and (m.kind, m.key, m.moved_at) <= (h.kind, h.key, %s)
    order by m.kind desc, m.key desc, m.moved_at desc limit 1
) as newest
where newest.definition_id = h.definition_id and h.environment_id = %s
"""

_ROOT_AS_OF = f"""
select encode(sha256(convert_to(coalesce(string_agg(
    digest || ' ' || kind || ' ' || key, chr(10) order by kind collate "C", key collate "C"), ''), 'UTF8')), 'hex')
from ({THEN}) as past
"""  # noqa: S608  constants only


def root_as_of(environment_id: UUID, at: datetime) -> str:
    """The hash over what an environment ran at a time; the same as ``root_digest`` gave at that time."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT_AS_OF, [at, environment_id])
        root: str = cursor.fetchone()[0]
    return root
