"""The engine's first phase: what a change touches, and what it remembers, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from apps.changes.core.resolution import Resolution
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.changes.errors import NoOperations, OperationExecuted
from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.queries import decisions, resolutions_of, staged
from apps.metadata.core.findings import NodeId
from apps.metadata.models import Head, Revision
from apps.metadata.queries import contents_by_digest, heads_by_key

RECORD_TYPE = "record_type"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A change as the engine sees it: its targets, its operations, what was resolved, and the heads below them."""

    change: Change
    targets: Mapping[NodeId, ChangeTarget]
    operations: tuple[StagedOperation, ...]
    resolutions: tuple[Resolution, ...]
    heads: Mapping[NodeId, Head]
    executed: bool
    authors: frozenset[UUID]
    """Who answers for it: ``queries.authors_of``, of what was loaded."""


def load(change: Change, *, lock: bool = False) -> Loaded:
    """The targets, operations, resolutions and heads of a change; the heads locked when a merge asks."""
    targets = list(
        ChangeTarget.objects.filter(change_id=change.pk).select_related("base_revision").defer("base_revision__content")
    )
    rows = list(ChangeOperation.objects.filter(change_id=change.pk).order_by("sequence", "id"))
    by_id = {target.pk: target for target in targets}
    for row in rows:
        row.target = by_id[row.target_id]
    keyed = {(target.kind, target.key): target for target in targets}
    resolved = list(resolutions_of(change.pk))
    return Loaded(
        change=change,
        targets=keyed,
        operations=tuple(staged(rows)),
        resolutions=tuple(decisions(resolved)),
        heads=heads_by_key(change.environment_id, keyed.keys(), lock=lock),
        executed=any(row.executed_at is not None for row in rows),
        authors=frozenset({change.author_id, *change.former_authors, *(row.author_id for row in [*rows, *resolved])}),
    )


def refuse_unexecutable(loaded: Loaded) -> None:
    """Raise ``NoOperations`` or ``OperationExecuted``.

    A change without operations is only fine when it has targets and none of them is a record type.
    """
    if not loaded.operations and (not loaded.targets or any(identity[0] == RECORD_TYPE for identity in loaded.targets)):
        raise NoOperations
    if loaded.executed:
        raise OperationExecuted


def head_states(loaded: Loaded) -> dict[NodeId, DefinitionState]:
    """The definitions as they stand."""
    contents = contents_by_digest({head.digest: head.revision_id for head in loaded.heads.values()})
    return {
        identity: DefinitionState(head.kind, head.key, contents[head.digest], head.digest, head.number)
        for identity, head in loaded.heads.items()
    }


def base_states(loaded: Loaded) -> dict[NodeId, DefinitionState]:
    """The definitions as the change remembers them."""
    remembered: dict[NodeId, Revision] = {
        identity: target.base_revision for identity, target in loaded.targets.items() if target.base_revision
    }
    contents = contents_by_digest({revision.digest: revision.pk for revision in remembered.values()})
    return {
        (kind, key): DefinitionState(kind, key, contents[revision.digest], revision.digest, revision.number)
        for (kind, key), revision in remembered.items()
    }
