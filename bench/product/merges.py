"""Changes made ready for what is measured about them: staged, validated, merged."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count as counting
from typing import Any
from uuid import UUID, uuid4

from apps.kernel import ports
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scoped
from bench.product.contents import FAMILY, FIELDS, key_of
from bench.product.tenant import Place

Operation = dict[str, Any]

_STRIDE = 7_919  # a prime: walks through an environment of any size without coming back soon
_serial = counting()


def one_operation(definitions: int) -> list[Operation]:
    """A new label for a field of some derived type: the content keeps its size however often this is merged."""
    serial = next(_serial)
    number = serial * _STRIDE % definitions
    number += number % FAMILY == 0
    # Changes that wait side by side touch different fields, also where there are few definitions.
    return [relabel(number, 1 + serial % (FIELDS - 1), serial)]


def relabel(number: int, position: int, serial: int) -> Operation:
    """One ``set_field`` that touches a field of its own."""
    payload = {"field": f"f{number}_{position}", "definition": {"label": f"Label {serial}"}}
    target = {"type": "record_type", "selector": {"record_type_key": key_of(number)}}
    return {"op_type": "set_field", "payload": payload, "target": target}


def opened(scope: Scope, place: Place) -> UUID:
    """A draft in the place's environment."""
    with scoped(scope):
        made: UUID = dispatch(
            "change.create", title="Bench", project_id=place.project_id, environment_id=place.environment_id
        ).pk
    return made


def staged(scope: Scope, place: Place, operations: Sequence[Operation]) -> UUID:
    """A draft with these operations."""
    change_id = opened(scope, place)
    stage(scope, change_id, operations)
    return change_id


def stage(scope: Scope, change_id: UUID, operations: Sequence[Operation]) -> None:
    with scoped(scope):
        dispatch("change.stage_operations", change_id, operations=list(operations))


def ready(scope: Scope, place: Place, operations: Sequence[Operation]) -> UUID:
    """A change that only waits to be merged: checked in by a person, validated as a worker does it."""
    change_id = staged(scope, place, operations)
    with scoped(scope):
        dispatch("change.check_in", change_id)
    worker = ports.principals().system_scope(scope.tenant_id, correlation_id=str(uuid4()), causation=None)
    with scoped(worker):
        status = dispatch("change.validate", change_id).status
    if status != "Ready":
        raise RuntimeError(f"The change is {status}.")
    return change_id


def give(scope: Scope, command: str, change_id: UUID) -> None:
    """A command on a change that needs no more input."""
    with scoped(scope):
        dispatch(command, change_id)
