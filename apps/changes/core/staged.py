"""What a plan is made from: the operations of a change, and the definitions as they stood and as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Operation


@dataclass(frozen=True, slots=True)
class StagedOperation:
    """An operation in its place in a change."""

    id: UUID
    sequence: int
    kind: str
    key: str
    operation: Operation

    @property
    def target(self) -> NodeId:
        return (self.kind, self.key)

    def as_dict(self) -> dict[str, Any]:
        """What a vote is for: the operation in its place, without the id of its row."""
        return {
            "sequence": self.sequence,
            "kind": self.kind,
            "key": self.key,
            "type": self.operation.type,
            "payload": self.operation.payload(),
        }


@dataclass(frozen=True, slots=True)
class DefinitionState:
    """A definition at one revision; all three ``None`` where it does not exist."""

    kind: str
    key: str
    content: Content | None = None
    digest: str | None = None
    number: int | None = None


def in_sequence(operations: Iterable[StagedOperation]) -> tuple[StagedOperation, ...]:
    """The operations in the order they are applied in."""
    return tuple(sorted(operations, key=lambda staged: (staged.sequence, staged.id.int)))


def by_target(operations: Iterable[StagedOperation]) -> dict[NodeId, list[StagedOperation]]:
    """The operations of each definition, in sequence; the definitions by kind and key."""
    groups: dict[NodeId, list[StagedOperation]] = {}
    for staged in in_sequence(operations):
        groups.setdefault(staged.target, []).append(staged)
    return {target: groups[target] for target in sorted(groups)}
