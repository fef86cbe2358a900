"""What a change may touch: targets are declared in Draft, by hand or by the first operation on them."""

import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.changes.errors import DuplicateTarget, ProjectMismatch, TargetInUse
from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.services.guards import lock_change, refuse_closed_scope
from apps.kernel import kinds
from apps.kernel.commands import Safety, command
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.findings import NodeId
from apps.metadata.models import Definition

KEY = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
#: Kinds whose definitions are named by a path below the module's root.
PATHS = frozenset({"file", "script"})

TargetType = Annotated[str, Field(min_length=1, max_length=40, examples=["record_type"])]
Selector = Annotated[
    dict[str, Annotated[str, Field(min_length=1, max_length=200)]],
    Field(min_length=1, max_length=2, examples=[{"record_type_key": "incident"}]),
]


@command("change.add_target", safety=Safety.WRITE_INTERNAL, status=201)
def add_target(
    change_id: UUID,
    *,
    type: TargetType,  # noqa: A002  the name of the ledger
    selector: Selector,
    actor: Actor,
    at: datetime,
) -> ChangeTarget:
    """Declare a definition the change may touch, while it is a draft.

    A record type is selected by `record_type_key` or `record_type_id`, a choice list likewise, a file by `path`.
    The definition need not exist yet.
    """
    change = lock_change(change_id)
    refuse_closed_scope(change)
    key = selected_key(change, type, selector)
    if ChangeTarget.objects.filter(change_id=change.pk, kind=type, key=key).exists():
        raise DuplicateTarget(type=type, key=key)
    return declare(change, (type, key), actor=actor, at=at)


def declare(change: Change, identity: NodeId, *, actor: Actor, at: datetime) -> ChangeTarget:
    """Store a target and tell it."""
    target = declared_target(change, identity, actor=actor, at=at)
    target.save(force_insert=True)
    return target


def declared_target(change: Change, identity: NodeId, *, actor: Actor, at: datetime) -> ChangeTarget:
    """A target that the caller will store, told already. The project is the change's, never the caller's."""
    kind, key = identity
    target = ChangeTarget(
        change=change,
        project_id=change.project_id,
        kind=kind,
        key=key,
        selector={"path": key} if kind in PATHS else {f"{kind}_key": key},
        created_at=at,
    )
    told = {"target_id": target.pk, "type": kind, "key": key}
    emit("change.target_added", subject=change, actor=actor, at=at, payload=told)
    return target


@command("change.delete_target", safety=Safety.WRITE_INTERNAL, status=204)
def delete_target(change_id: UUID, *, target_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a target without operations out of a draft."""
    change = lock_change(change_id)
    refuse_closed_scope(change)
    target = target_in(change, target_id)
    if ChangeOperation.objects.filter(target_id=target.pk).exists():
        raise TargetInUse(target_id=str(target.pk))

    told = {"target_id": target.pk, "type": target.kind, "key": target.key}
    target.delete()
    emit("change.target_deleted", subject=change, actor=actor, at=at, payload=told)


def target_in(change: Change, target_id: UUID) -> ChangeTarget:
    """The target of this change; one of another change does not exist here."""
    target: ChangeTarget | None = ChangeTarget.objects.filter(change_id=change.pk, pk=target_id).first()
    if target is None:
        raise NotFound(target_id=str(target_id))
    return target


def selected_key(change: Change, kind: str, selector: dict[str, str]) -> str:
    """The key behind a selector: by key, by id, or both when they agree.

    Raises ``InvalidInput`` for a selector that does not fit the type and ``ProjectMismatch`` for a definition of
    another project, so that neither waits for the merge to be found.
    """
    _refuse_unknown_kind(kind)
    if kind in PATHS:
        if set(selector) != {"path"}:
            raise _bad_selector(kind, "path")
        return confined_path(selector["path"])
    by_key = next((selector[name] for name in (f"{kind}_key", "key") if name in selector), None)
    by_id = next((selector[name] for name in (f"{kind}_id", "id") if name in selector), None)
    if len(selector) != (by_key is not None) + (by_id is not None):
        raise _bad_selector(kind, f"{kind}_key", f"{kind}_id")
    if by_key is not None and not KEY.match(by_key):
        raise InvalidInput(
            errors=[{"path": f"/selector/{kind}_key", "message": _("Lower-case letters, digits and underscores.")}]
        )
    by_id_key = _key_of(change, kind, by_id) if by_id is not None else by_key
    if by_id_key is None or by_key not in (None, by_id_key):
        raise InvalidInput(errors=[{"path": "/selector", "message": _("The key and the id name two definitions.")}])
    return by_id_key


def confined_path(path: str) -> str:
    """The path below the module's root, in one spelling; ``InvalidInput`` when it leads elsewhere."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or any(ord(letter) < 32 for letter in path):
        raise InvalidInput(errors=[{"path": "/selector/path", "message": _("The path leads out of the module.")}])
    return str(PurePosixPath(*parts))


def _key_of(change: Change, kind: str, definition_id: str) -> str:
    try:
        identity = UUID(definition_id)
    except ValueError:
        raise InvalidInput(errors=[{"path": f"/selector/{kind}_id", "message": _("Not a UUID.")}]) from None
    definition: Definition = Definition.objects.one(identity)
    if definition.kind != kind:
        raise _bad_selector(kind, f"{kind}_key", f"{kind}_id")
    if definition.project_id != change.project_id:
        raise ProjectMismatch(id=definition_id)
    return definition.key


def _refuse_unknown_kind(kind: str) -> None:
    known = [registered.name for registered in kinds.all()]
    if kind not in known:
        message = _("The types are: %(types)s.") % {"types": ", ".join(known)}
        raise InvalidInput(errors=[{"path": "/type", "message": message}])


def _bad_selector(kind: str, *names: str) -> InvalidInput:
    message = _("A %(kind)s is selected by %(names)s.") % {"kind": kind, "names": " / ".join(names)}
    return InvalidInput(errors=[{"path": "/selector", "message": message}])
