"""A change of toys, ready to be planned."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from apps.changes.core.plan import DefinitionState, Plan, StagedOperation, plan
from apps.kernel.canonical import digest
from apps.metadata.core.findings import NodeId
from apps.metadata.core.operations import Operation
from tests.core.strategies import toy

Content = dict[str, Any]


def staged(*operations: Operation, key: str = "toy", first: int = 1) -> list[StagedOperation]:
    """The operations of a change, with ids that follow from their place."""
    return [
        StagedOperation(UUID(int=number), number, "toy", key, operation)
        for number, operation in enumerate(operations, first)
    ]


def state(content: Content | None, key: str = "toy", number: int = 1) -> DefinitionState:
    if content is None:
        return DefinitionState("toy", key)
    return DefinitionState("toy", key, content, digest(content), number)


def states(contents: Mapping[str, Content | None]) -> dict[NodeId, DefinitionState]:
    return {("toy", key): state(content, key) for key, content in contents.items() if content is not None}


def planned(
    operations: Iterable[StagedOperation], base: Content | None, head: Content | None, key: str = "toy"
) -> Plan:
    """The plan of a change on one toy that it remembers as ``base`` and that is ``head`` now."""
    return plan(states({key: base}), list(operations), states({key: head}), {}, kind=toy)
