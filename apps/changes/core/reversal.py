"""What undoes a merged change: the inverses of its operations, in reverse order, from the contents it met.

Laws: a definition that existed gets back the digest it had; one that the change brought into being is retired; the
reversal of the reversal gives back the digest of the change.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from apps.changes.core.risk import worst
from apps.changes.core.staged import StagedOperation, in_sequence
from apps.metadata.core.adoption import adoption
from apps.metadata.core.content import Content, same
from apps.metadata.core.findings import NodeId
from apps.metadata.core.kinds import MetadataKind, kind_named
from apps.metadata.core.operations import EVERYTHING, NO_CONTEXT, Context, Operation, Refusal, Reversibility
from apps.metadata.core.sequence import invert_all


@dataclass(frozen=True, slots=True)
class MergedDefinition:
    """A definition as a merged change met it and as it left it, and what the change did to it.

    ``before`` is ``None`` where it did not exist.
    """

    kind: str
    key: str
    before: Content | None
    after: Content
    operations: tuple[StagedOperation, ...]

    @property
    def target(self) -> NodeId:
        return (self.kind, self.key)


class Verdict(NamedTuple):
    """How well one operation of the merged change can be undone."""

    operation: StagedOperation
    reversibility: Reversibility

    def as_dict(self) -> dict[str, Any]:
        return {
            "operation_id": str(self.operation.id),
            "kind": self.operation.kind,
            "key": self.operation.key,
            "summary": self.operation.operation.summary(),
            "reversibility": str(self.reversibility),
        }


class Step(NamedTuple):
    """One operation of the reversal."""

    kind: str
    key: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Reversal:
    """The operations that undo a change, in the order to apply them, and how well each of its own can be undone."""

    steps: tuple[Step, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def reversibility(self) -> Reversibility:
        """The worst of them."""
        return worst(verdict.reversibility for verdict in self.verdicts)

    def those(self, reversibility: Reversibility) -> tuple[Verdict, ...]:
        """The operations of one class, in their order."""
        return tuple(verdict for verdict in self.verdicts if verdict.reversibility == reversibility)

    def as_dict(self) -> dict[str, Any]:
        return {
            "reversibility": str(self.reversibility),
            "operations": [verdict.as_dict() for verdict in self.verdicts],
            "undoing": [
                {
                    "kind": step.kind,
                    "key": step.key,
                    "op_type": step.operation.type,
                    "summary": step.operation.summary(),
                }
                for step in self.steps
            ],
        }


def reversal_of(
    definitions: Iterable[MergedDefinition],
    contexts: Mapping[NodeId, Context] | None = None,
    *,
    kind: Callable[[str], MetadataKind] = kind_named,
) -> Reversal:
    """The reversal of a change, given the definitions it moved. ``contexts`` are their base chains as stored.

    What was done last is undone first. A definition that is retired already is left alone: its lineage cannot
    disappear, and it is out of use.
    """
    known = contexts or {}
    steps: list[Step] = []
    verdicts: list[Verdict] = []
    for definition in sorted(definitions, key=_last, reverse=True):
        context = known.get(definition.target, NO_CONTEXT)
        verdicts.extend(_verdicts(definition, context, kind(definition.kind)))
        steps.extend(Step(*definition.target, operation) for operation in _undoing(definition, context))
    return Reversal(tuple(steps), tuple(sorted(verdicts, key=_sequence)))


def _undoing(definition: MergedDefinition, context: Context) -> Sequence[Operation]:
    """The inverses, where they lead back exactly and get along with each other; else the difference itself.

    They may not: a resolution wrote a value that no operation knows, or the base moved since. A definition that did
    not exist is retired whole, rather than emptied.
    """
    restoring = adoption(definition.after, definition.before)
    if restoring is None:
        return ()
    if definition.before is None:
        return (restoring,)
    inverses = _inverses(definition.operations, definition.before, definition.after, context)
    return inverses if inverses is not None else (restoring,)


def _inverses(
    operations: Sequence[StagedOperation], before: Content, after: Content, context: Context
) -> tuple[Operation, ...] | None:
    needed: list[Operation] = []
    content = after
    try:
        undo = invert_all([staged.operation for staged in in_sequence(operations)], before, context)
        for operation in undo.operations:
            undone = operation.apply(content, context)
            if not same(undone, content):
                needed.append(operation)
            content = undone
    except Refusal:
        return None
    return tuple(needed) if same(content, before) and _disjoint(needed) else None


def _disjoint(operations: Sequence[Operation]) -> bool:
    """Whether they may stand in one change: nothing is claimed twice."""
    claims = [claim for operation in operations for claim in operation.claims()]
    return len(set(claims)) == len(claims) and (EVERYTHING not in claims or len(operations) == 1)


def _verdicts(definition: MergedDefinition, context: Context, kind: MetadataKind) -> list[Verdict]:
    """The class of each operation. One that did not fit by itself, and was decided by a resolution, loses nothing;
    unless what was decided converted live values, which no operation says of itself."""
    before, content = definition.before, definition.before
    verdicts = []
    for staged in in_sequence(definition.operations):
        try:
            reversibility = staged.operation.invert(content, context).reversibility
            content = staged.operation.apply(content, context)
        except Refusal:
            reversibility = Reversibility.LOSSLESS
        verdicts.append(Verdict(staged, reversibility))
    lossless = all(verdict.reversibility == Reversibility.LOSSLESS for verdict in verdicts)
    if lossless and before is not None and kind.converts(before, definition.after):
        return [verdict._replace(reversibility=Reversibility.LOSSY) for verdict in verdicts]
    return verdicts


def _last(definition: MergedDefinition) -> tuple[int, NodeId]:
    return (max((staged.sequence for staged in definition.operations), default=0), definition.target)


def _sequence(verdict: Verdict) -> tuple[int, UUID]:
    return (verdict.operation.sequence, verdict.operation.id)
