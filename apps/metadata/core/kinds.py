"""The kernel's registry of kinds, with the types that metadata gives it."""

from typing import TypeAlias

from apps.kernel import kinds
from apps.metadata.core.findings import Edge, Finding, Neighbourhood
from apps.metadata.core.operations import Context, Operation

MetadataKind: TypeAlias = kinds.Kind[Operation, Context, Neighbourhood, Edge, Finding]


def kind_named(name: str) -> MetadataKind:
    """The kind of that name; raises ``UnknownKind``."""
    return kinds.get(name)


def operation_from(kind: str, operation_type: str, payload: dict[str, object]) -> Operation:
    """The operation that was stored as ``payload``; raises ``KeyError`` for a type the kind does not accept."""
    return kind_named(kind).operations[operation_type].model_validate(payload)
