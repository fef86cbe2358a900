"""The projection of edges. ``write_references`` belongs to the move of heads; ``rebuild_references`` makes the rows
of an environment anew from its heads, for an operator who wants to be sure."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from apps.kernel.commands import Agents, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.content import Content
from apps.metadata.core.kinds import kind_named
from apps.metadata.models import Reference
from apps.metadata.queries import contents_of, heads_of
from apps.tenancy.models import Environment

BATCH = 1_000

Row = tuple[UUID, str, str, str, tuple[str, ...]]


def write_references(environment_id: UUID, sources: Mapping[UUID, tuple[str, Content]]) -> int:
    """Make the edges of these definitions equal to what their contents say; answer how many rows differed."""
    wanted: set[Row] = {
        (definition_id, edge.edge, edge.kind, edge.key, tuple(edge.path))
        for definition_id, (kind, content) in sources.items()
        for edge in kind_named(kind).edges(content)
    }
    stored: dict[Row, UUID] = {
        (row.source_id, row.edge, row.target_kind, row.target_key, tuple(row.path)): row.pk
        for row in Reference.objects.filter(environment_id=environment_id, source__in=list(sources))
    }
    stale = [pk for row, pk in stored.items() if row not in wanted]
    missing = sorted(wanted - stored.keys())
    if stale:
        Reference.objects.filter(pk__in=stale).delete()
    Reference.objects.bulk_create(
        [
            Reference(
                environment_id=environment_id,
                source_id=source_id,
                edge=edge,
                target_kind=kind,
                target_key=key,
                path=list(path),
            )
            for source_id, edge, kind, key, path in missing
        ],
        batch_size=BATCH,
    )
    return len(stale) + len(missing)


@command(
    "metadata.rebuild_references",
    permission="metadata.rebuild_references",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
)
def rebuild_references(environment_id: UUID, *, actor: Actor, at: datetime) -> dict[str, int]:
    """Make the reference rows of an environment anew from its heads.

    Answers how many edges there are and how many rows had been wrong, which should be none.
    """
    environment = Environment.objects.lock(environment_id)
    heads = list(heads_of(environment.pk))
    contents = contents_of(heads)
    differences = write_references(
        environment.pk, {head.definition_id: (head.kind, contents[head.digest]) for head in heads}
    )
    dangling = Reference.objects.filter(environment_id=environment.pk).exclude(
        source__in=[head.definition_id for head in heads]
    )
    differences += dangling.delete()[0]
    result = {
        "references": Reference.objects.filter(environment_id=environment.pk).count(),
        "differences": differences,
    }
    emit("metadata.references_rebuilt", subject=environment, actor=actor, at=at, payload=result)
    return result
