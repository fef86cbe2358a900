"""How two sides differ: two environments, or one at two times. What is the same on both never leaves the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from apps.kernel.models import TenantQuerySet
from apps.metadata.models import Definition, HeadMove
from apps.metadata.queries.heads import root_digest
from apps.metadata.queries.history import THEN, Side, newest_move, root_as_of


@dataclass(frozen=True, slots=True)
class KindDrift:
    """Of one kind: how many definitions only the other side has, only this one, both but not alike, and both alike."""

    kind: str
    added: int
    removed: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Drift:
    """Two sides at a glance. ``added`` and ``removed`` are what adopting the other side would add and take away."""

    here_root: str
    there_root: str
    kinds: tuple[KindDrift, ...]

    @property
    def equal(self) -> bool:
        return self.here_root == self.there_root

    def total(self, act: str) -> int:
        return sum(getattr(kind, act) for kind in self.kinds)

    added = property(lambda self: self.total("added"))
    removed = property(lambda self: self.total("removed"))
    changed = property(lambda self: self.total("changed"))
    unchanged = property(lambda self: self.total("unchanged"))


@dataclass(frozen=True, slots=True)
class Differing:
    """One definition that differs, with the move that brought it where it is on each side; None where it is absent."""

    definition: Definition
    here: HeadMove | None
    there: HeadMove | None

    @property
    def change(self) -> str:
        """What adopting the other side would do: ``added``, ``removed`` or ``changed``."""
        if self.here is None:
            return "added"
        return "removed" if self.there is None else "changed"


_NOW = "select definition_id, kind, key, digest from metadata_head where environment_id = %s"
_DIFFERS = """
metadata_definition.id = any(array(
    select definition_id from ({here}) here full join ({there}) there using (definition_id)
    where here.digest is distinct from there.digest
))
"""


def differing(project_id: UUID, here: Side, there: Side) -> TenantQuerySet[Definition]:
    """The definitions of a project that differ between two sides, by kind and key.

    One full join of both sides by digest, which costs the same whatever the database knows of them; only what differs
    is read further. ``with_moves`` adds the rest.
    """
    differs = RawSQL(*_of_both(_DIFFERS, here, there), BooleanField())  # noqa: S611  values are bound
    found: TenantQuerySet[Definition] = (
        Definition.objects.filter(differs, project_id=project_id)
        .annotate(here_move=newest_move(Definition, here), there_move=newest_move(Definition, there))
        .order_by("kind", "key", "id")
    )
    return found


def with_moves(definitions: Iterable[Any]) -> list[Differing]:
    """The rows of :func:`differing` with both sides, in one more query."""
    listed = list(definitions)
    moves = HeadMove.objects.in_bulk({move for row in listed for move in (row.here_move, row.there_move)} - {None})

    def of(row: Any, move_id: UUID | None) -> HeadMove | None:
        move = moves.get(move_id)
        return move if move is not None and move.definition_id == row.pk else None

    return [Differing(row, of(row, row.here_move), of(row, row.there_move)) for row in listed]


def root_of(side: Side) -> str:
    """The root digest of an environment, now or at a time."""
    return root_digest(side.environment_id) if side.at is None else root_as_of(side.environment_id, side.at)


_BY_KIND = """
select kind,
       count(*) filter (where here.digest is null),
       count(*) filter (where there.digest is null),
       count(*) filter (where here.digest <> there.digest),
       count(*) filter (where here.digest = there.digest)
from ({here}) here full join ({there}) there using (kind, key)
group by kind order by kind
"""


def drift(here: Side, there: Side) -> Drift:
    """The roots of two sides and how many definitions differ, by kind: one hash join over both."""
    with connection.cursor() as cursor:
        cursor.execute(*_of_both(_BY_KIND, here, there))
        kinds = tuple(KindDrift(*row) for row in cursor.fetchall())
    return Drift(root_of(here), root_of(there), kinds)


def _of_both(statement: str, here: Side, there: Side) -> tuple[str, list[Any]]:
    """A statement over what two sides ran, and its values."""
    sides = (here, there)
    placed = statement.format(here=_ran(here), there=_ran(there))
    return placed, [value for side in sides for value in (side.at, side.environment_id) if value is not None]


def _ran(side: Side) -> str:
    return _NOW if side.at is None else THEN
