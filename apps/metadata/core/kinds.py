"""The kernel's registry of kinds, with the types that metadata gives it."""

from typing import TypeAlias

from apps.kernel import kinds
from apps.metadata.core.adoption import GENERIC
from apps.metadata.core.findings import Edge, Finding, Neighbourhood
from apps.metadata.core.operations import Context, Operation

MetadataKind: TypeAlias = kinds.Kind[Operation, Context, Neighbourhood, Edge, Finding]


def kind_named(name: str) -> MetadataKind:
    """The kind of that name; raises ``UnknownKind``."""
    return kinds.get(name)


def operation_from(kind: str, operation_type: str, payload: dict[str, object]) -> Operation:
    """The operation that was stored as ``payload``; raises ``KeyError`` for a type the kind does not accept."""
    known = kind_named(kind).operations
    form = known[operation_type] if operation_type in known else GENERIC[operation_type]
    return form.model_validate(payload)
