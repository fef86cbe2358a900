"""The base chains that operations are judged by: as stored, for every base that is stored.

So an inherited field stays protected even when the same change takes it from the base, in whatever order. A base that
the change itself defines has no stored content; there its projected content stands in.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from apps.changes.core.staged import DefinitionState, StagedOperation, by_target
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.core.operations import NO_CONTEXT, Context, Refusal
from apps.metadata.queries import chains_of


def contexts_of(
    environment_id: UUID, operations: Sequence[StagedOperation], heads: Mapping[NodeId, DefinitionState]
) -> dict[NodeId, Context]:
    """The context of each definition that has a base, with one query for each kind that inherits."""
    groups = by_target(operations)
    made = {identity: group for identity, group in groups.items() if identity not in heads}
    first = {identity: projected(None, group, NO_CONTEXT) for identity, group in made.items()}
    bases = {identity: _base(identity[0], first.get(identity) or _content(heads, identity)) for identity in groups}
    wanted = {
        (identity[0], base) for identity, base in bases.items() if base is not None and (identity[0], base) not in made
    }
    stored: dict[NodeId, tuple[Content, ...]] = {}
    for kind in sorted({kind for kind, _ in wanted}):
        chains = chains_of(environment_id, kind, [key for of_kind, key in wanted if of_kind == kind])
        stored |= {(kind, key): chain for key, chain in chains.items()}

    def chain(kind: str, base: str | None, seen: frozenset[str]) -> tuple[Content, ...]:
        if base is None or base in seen:
            return ()
        if (kind, base) not in made:
            return stored.get((kind, base), ())
        above = chain(kind, bases[kind, base], seen | {base})
        content = projected(None, made[kind, base], Context(chain=above))
        return above if content is None else (content, *above)

    return {
        identity: Context(chain=chain(identity[0], base, frozenset({identity[1]})))
        for identity, base in bases.items()
        if base is not None
    }


def projected(content: Content | None, operations: Sequence[StagedOperation], context: Context) -> Content | None:
    """The content after the operations; one that does not fit is passed over, since the plan refuses it."""
    for staged in operations:
        try:
            content = staged.operation.apply(content, context)
        except Refusal:
            continue
    return content


def _base(kind: str, content: Content | None) -> str | None:
    return kind_named(kind).base(content) if content is not None else None


def _content(heads: Mapping[NodeId, DefinitionState], identity: NodeId) -> Content | None:
    return heads[identity].content if identity in heads else None
