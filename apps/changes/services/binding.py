"""What a person wrote, and what it clashes with: the part of staging that needs no content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.changes.core.staged import StagedOperation
from apps.changes.errors import ConflictingOperation, DuplicateOperation, TargetTypeMismatch
from apps.kernel import kinds
from apps.kernel.errors import InvalidInput
from apps.metadata.core.kinds import kind_named
from apps.metadata.core.operations import Operation

_MEMBERS = ("field", "old_name", "new_name", "path", "value")
_NAMING = (*_MEMBERS, "attribute", "key")
#: Operations that repeat the key of their target in the payload, and under which name.
_KEYED = {"define": "key", "edit_file": "path"}


@dataclass(frozen=True, slots=True)
class Draft:
    """An operation that was bound, and what the person wrote."""

    operation: Operation
    written: Mapping[str, Any]


def keyed(key: str, operation_type: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with the target's key where the operation repeats it. A different key is refused."""
    name = _KEYED.get(operation_type)
    if name is None:
        return dict(payload)
    if payload.get(name, key) != key:
        message = _("The target is %(key)s.") % {"key": key}
        raise InvalidInput(errors=[{"path": f"/payload/{name}", "message": message}])
    return {name: key, **payload}


def refuse_other_kinds(kind: str, operation_type: str) -> None:
    """Raise ``TargetTypeMismatch`` for an operation of other kinds, ``InvalidInput`` for one of none."""
    if operation_type in kind_named(kind).operations:
        return
    owners = [other.name for other in kinds.all() if operation_type in other.operations]
    if owners:
        message = _("%(operation)s is for %(kinds)s.") % {"operation": operation_type, "kinds": ", ".join(owners)}
        raise TargetTypeMismatch(message, errors=[{"path": "/op_type", "message": message}])
    known = ", ".join(sorted(kind_named(kind).operations))
    raise InvalidInput(errors=[{"path": "/op_type", "message": _("The operations are: %(known)s.") % {"known": known}}])


def naming(written: Mapping[str, Any]) -> set[str]:
    """What a payload would claim by the names in it: a field's name, a choice's value."""
    named = _identity(written)
    names = {named[key] for key in _MEMBERS if isinstance(named.get(key), str)}
    return names | {f"#{name}" for name in names}


def clashing(
    operation_type: str,
    written: Mapping[str, Any],
    rival: StagedOperation,
    theirs: Mapping[str, Any],
    message: str = "",
) -> DuplicateOperation | ConflictingOperation:
    """The refusal: a duplicate when the same operation is pending for the same thing, a conflict otherwise."""
    same = rival.operation.type == operation_type and _identity(written) == _identity(theirs)
    error = DuplicateOperation if same else ConflictingOperation
    said = message or _("This change already touches that: %(summary)s.") % {"summary": rival.operation.summary()}
    return error(said, operation_id=str(rival.id), sequence=rival.sequence)


def _identity(written: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a payload that says what it is for, as opposed to what becomes of it."""
    named = {key: written[key] for key in _NAMING if key in written}
    if "attribute" in named:
        named.pop("value", None)
    return named
