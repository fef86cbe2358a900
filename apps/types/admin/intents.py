"""How an edit on a page becomes a command: a new operation, or another form of the pending one.

Operations of one change never touch the same thing twice. People who edit a field again expect the page to replace what
they staged before, so this decides: stage, edit the pending operation, or take it out.
"""

from collections.abc import Mapping
from typing import Any

from apps.changes.models import ChangeOperation
from apps.metadata.admin.staging import Intent, staging
from apps.types.admin.workbench import Workbench


def intend(bench: Workbench, operation: str, payload: Mapping[str, Any], *claims: str) -> Intent:
    """The command for an operation on the thing with these claims."""
    pending = next(iter(bench.claiming(*claims)), None)
    if pending is not None:
        replaced = _replaced(pending, operation, dict(payload))
        if replaced is not None:
            return replaced
    return staging(bench.kind, bench.key, operation, dict(payload))


def _replaced(pending: ChangeOperation, operation: str, payload: dict[str, Any]) -> Intent | None:
    """What becomes of the pending operation; None when both are asked for, which staging itself will refuse."""
    before, after = pending.operation, operation
    act_before, act_after = before.partition("_")[0], after.partition("_")[0]
    if act_before == "add":
        if act_after == "remove":
            return _deleted(pending)
        if act_after == "rename":
            return _edited(pending, before, {**pending.display, "field": payload["new_name"]})
        return _edited(pending, before, _joined(pending.display, payload))
    if act_before == "remove" and act_after in ("restore", "add", "set"):
        return _deleted(pending) if act_after == "restore" else None
    if before == after == "rename_field":
        old = pending.display.get("old_name")
        if payload["new_name"] == old:
            return _deleted(pending)
        return _edited(pending, after, {"old_name": old, "new_name": payload["new_name"]})
    if before == "set_attribute" and after == "set_attribute":
        return _edited(pending, after, payload)
    if act_before == "set" and act_after == "set":
        return _edited(pending, after, _joined(pending.display, payload))
    if act_before == "set" and act_after == "remove" and before != "set_attribute":
        return _edited(pending, after, payload)
    return None


def _joined(display: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of both, the later ones winning; the name stays the pending operation's."""
    joined = {**display, **payload}
    for name in ("field", "value"):
        if name in display:
            joined[name] = display[name]
    if "definition" in display or "definition" in payload:
        joined["definition"] = {**display.get("definition", {}), **payload.get("definition", {})}
    return joined


def _edited(pending: ChangeOperation, operation: str, payload: dict[str, Any]) -> Intent:
    return Intent("change.edit_operation", {"operation_id": pending.pk, "op_type": operation, "payload": payload})


def _deleted(pending: ChangeOperation) -> Intent:
    return Intent("change.delete_operation", {"operation_id": pending.pk})
