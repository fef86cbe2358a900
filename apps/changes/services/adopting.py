"""Adopting a difference: a draft that makes an environment say what another one, or another time, says.

The draft goes the way of every change. Each definition comes with the revision it was compared with, so whatever is
merged here meanwhile meets it as it meets any other change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import Field

from apps.changes.errors import NothingDiffers
from apps.changes.models import Change
from apps.changes.queries import authors_of_changes
from apps.changes.services.carrying import Carried, carry_into
from apps.changes.services.drafting import Description, Title, open_change
from apps.kernel.commands import Safety, command
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.adoption import adoption
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.core.instant import Instant
from apps.metadata.core.kinds import kind_named
from apps.metadata.core.operations import RETIRED
from apps.metadata.errors import OtherProject
from apps.metadata.models import Definition, Head, HeadMove
from apps.metadata.queries import (
    Side,
    changes_behind,
    contents_by_digest,
    differing,
    heads_by_key,
    moves_by_key,
    other_side,
)
from apps.tenancy.models import Environment

#: As many definitions as one change takes operations at once.
LIMIT = 2_000
INHERITS = "inherits"

Chosen = Annotated[list[UUID], Field(min_length=1, max_length=LIMIT)]


@dataclass(slots=True)
class _Comparison:
    """The definitions looked at so far, as they are here and there."""

    here: Side
    there: Side
    heads: dict[NodeId, Head]
    moves: dict[NodeId, HeadMove]
    contents: dict[str, Content]

    def look_at(self, wanted: Iterable[NodeId]) -> None:
        """Three queries, however many."""
        new = set(wanted)
        heads, moves = heads_by_key(self.here.environment_id, new), moves_by_key(self.there, new)
        self.heads |= heads
        self.moves |= moves
        self.contents |= contents_by_digest(
            {row.digest: row.revision_id for side in (heads, moves) for row in side.values()}
        )

    def content_here(self, identity: NodeId) -> Content | None:
        return self.contents[self.heads[identity].digest] if identity in self.heads else None

    def content_there(self, identity: NodeId) -> Content | None:
        return self.contents[self.moves[identity].digest] if identity in self.moves else None

    def differs(self, identity: NodeId) -> bool:
        return adoption(self.content_here(identity), self.content_there(identity)) is not None

    def changes_behind(self, wanted: Iterable[NodeId]) -> set[UUID]:
        """The changes that wrote what would come from there and was never here."""
        digests = {
            one: (self.heads[one].digest if one in self.heads else "", self.moves[one].digest)
            for one in wanted
            if one in self.moves
        }
        return changes_behind(self.there, self.here.environment_id, digests)

    def is_usable_here(self, identity: NodeId) -> bool:
        content = self.content_here(identity)
        return content is not None and content.get("status") != RETIRED


@command("change.adopt", safety=Safety.WRITE_INTERNAL, status=201)
def adopt_difference(
    environment_id: UUID,
    *,
    from_environment_id: UUID | None = None,
    from_at: Instant | None = None,
    definitions: Chosen | None = None,
    title: Title | None = None,
    description: Description = "",
    actor: Actor,
    at: datetime,
) -> Change:
    """Open a draft that makes an environment say what another one of its project says, or what it said at a time.

    With `definitions`, only these, together with what they need and the environment lacks: bases that differ, and
    anything else they point at that is missing or retired here. Without, everything that differs, up to 2,000
    definitions. What the other side does not have is retired here. Refused with `NOTHING_DIFFERS` when both sides say
    the same. Who wrote what comes from there, and was never here, counts as an author and does not approve it.
    """
    environment: Environment = Environment.objects.select_related("project").one(environment_id)
    there = other_side(
        environment,
        from_environment_id,
        from_at,
        now=at,
        paths=("/from_environment_id", "/from_at"),
    )
    compared = _Comparison(Side(environment.pk), there, {}, {}, {})
    chosen = _chosen(environment, definitions) if definitions else _all_differing(environment, there)
    compared.look_at(chosen)
    needed = _needed(compared, chosen)
    carried = _carried(compared, sorted(chosen | needed))
    if not carried:
        raise NothingDiffers

    source = _named(environment, there)
    change = open_change(
        project=environment.project,
        environment=environment,
        title=title or _titled(len(carried), source),
        description=_described(description, needed),
        origin=Change.Origin.ADOPTION,
        actor=actor,
        at=at,
    )
    written = authors_of_changes(compared.changes_behind([one.target for one in carried]))
    change.former_authors = sorted({*change.former_authors, *written})
    carry_into(change, carried, actor=actor, at=at)
    told = {
        "from_environment_id": there.environment_id,
        "from_at": there.at,
        "definitions": len(carried),
        "brought_along": len(needed),
    }
    emit("change.adopted", subject=change, actor=actor, at=at, payload=told)
    return change


def _chosen(environment: Environment, ids: list[UUID]) -> set[NodeId]:
    found: Mapping[UUID, Definition] = Definition.objects.in_bulk(ids)
    for definition_id in ids:
        if definition_id not in found:
            raise NotFound(definition_id=str(definition_id))
        if found[definition_id].project_id != environment.project_id:
            raise OtherProject(definition_id=str(definition_id))
    return {(definition.kind, definition.key) for definition in found.values()}


def _all_differing(environment: Environment, there: Side) -> set[NodeId]:
    rows = differing(environment.project_id, Side(environment.pk), there).values_list("kind", "key")
    found = set(rows[: LIMIT + 1])
    if len(found) > LIMIT:
        message = _("More than %(limit)d definitions differ: choose some of them.") % {"limit": LIMIT}
        raise InvalidInput(errors=[{"path": "/definitions", "message": message}])
    return found


def _needed(compared: _Comparison, chosen: set[NodeId]) -> set[NodeId]:
    """What the chosen ones point at, over any number of steps, and the environment has not as they need it."""
    needed: set[NodeId] = set()
    asking = chosen
    while asking:
        edges = {
            ((edge.kind, edge.key), edge.edge)
            for identity in asking
            if (content := compared.content_there(identity)) is not None
            for edge in kind_named(identity[0]).edges(content)
            if (edge.kind, edge.key) not in chosen | needed
        }
        compared.look_at({target for target, _ in edges})
        asking = {
            target
            for target, edge in edges
            if target in compared.moves
            and compared.differs(target)
            and (edge == INHERITS or not compared.is_usable_here(target))
        }
        needed |= asking
    return needed


def _carried(compared: _Comparison, wanted: list[NodeId]) -> list[Carried]:
    carried = []
    for kind, key in wanted:
        operation = adoption(compared.content_here((kind, key)), compared.content_there((kind, key)))
        if operation is not None:
            head = compared.heads.get((kind, key))
            carried.append(Carried(kind, key, operation, head.revision_id if head else None))
    return carried


def _named(environment: Environment, there: Side) -> str:
    """The other side, for a title."""
    name = environment.name
    if there.environment_id != environment.pk:
        name = Environment.objects.one(there.environment_id).name
    if there.at is None:
        return name
    return _("%(environment)s as of %(time)s") % {"environment": name, "time": f"{there.at:%Y-%m-%d %H:%M:%S} UTC"}


def _titled(definitions: int, source: str) -> str:
    text = ngettext(
        "Adopt %(count)d definition from %(source)s", "Adopt %(count)d definitions from %(source)s", definitions
    )
    return text % {"count": definitions, "source": source}


def _described(description: str, needed: set[NodeId]) -> str:
    """What was written, and by name what comes along because the chosen ones need it."""
    if not needed:
        return description
    lines = [f"- {kind} {key}" for kind, key in sorted(needed)]
    return "\n".join([description, "", _("Brought along because they are needed:"), *lines]).strip()[:20_000]
