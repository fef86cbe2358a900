"""One definition as the environment runs it and as the change in hand would make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from apps.changes.models import Change, ChangeOperation
from apps.changes.queries import operations_of
from apps.changes.services.planning import plan_change
from apps.kernel.admin.shell import ChosenChange, ChosenEnvironment, shell_of
from apps.kernel.errors import NotFound
from apps.metadata.core.content import Content
from apps.metadata.queries import chains_of
from apps.types.core import choice_list, record_type
from apps.types.core.content_checks import base_of
from apps.types.core.views import ChoiceListView, RecordTypeView
from apps.types.queries import choice_lists_of, lists, record_types_of, whole

View = RecordTypeView | ChoiceListView


@dataclass(frozen=True)
class Workbench:
    """``stored`` is what runs, None for a new definition; ``shown`` is with the change's operations applied."""

    kind: str
    key: str
    stored: Any
    shown: Any
    change: ChosenChange | None
    operations: Sequence[ChangeOperation]

    @property
    def editable(self) -> bool:
        """Whether edits can be staged now."""
        return self.change is not None and self.change.open

    @property
    def address(self) -> str:
        """How links name it: by its key, which new definitions have too."""
        return self.key

    def claiming(self, *claims: str) -> list[ChangeOperation]:
        """The pending operations on one of these things."""
        return [row for row in self.operations if set(claims) & set(row.claims)]


def open_workbench(request: HttpRequest, kind: str, reference: str) -> Workbench:
    """By key or id, in the environment of the shell. ``NotFound`` where nothing runs there and nothing is staged."""
    shell = shell_of(request)
    if shell.environment is None:
        raise NotFound(key=reference)
    stored = _stored(kind, reference, shell.environment.id)
    key = stored.key if stored else reference
    operations: list[ChangeOperation] = []
    content: Content | None = None
    if shell.change is not None:
        operations = [row for row in operations_of(shell.change.id) if (row.target.kind, row.target.key) == (kind, key)]
        if operations:
            content = _planned(shell.change.id, kind, key)
    if stored is None and content is None:
        raise NotFound(key=reference)
    shown = stored if content is None else _view(kind, key, content, stored, shell.environment)
    return Workbench(kind, key, stored, shown, shell.change, operations)


def _stored(kind: str, reference: str, environment_id: UUID) -> Any:
    by = _by(reference)
    if kind == record_type.KIND:
        found = record_types_of(environment_id).filter(**by).first()
        return whole(found) if found else None
    row = choice_lists_of(environment_id).filter(**by).first()
    return lists([row])[0] if row else None


def _by(reference: str) -> dict[str, Any]:
    try:
        return {"pk": UUID(reference)}
    except ValueError:
        return {"key": reference}


def _planned(change_id: UUID, kind: str, key: str) -> Content | None:
    change = Change.objects.select_related("environment").one(change_id)
    planned = plan_change(change).plan.definition(kind, key)
    return planned.after if planned else None


def _view(kind: str, key: str, content: Content, stored: Any, environment: ChosenEnvironment) -> View:
    made = RecordTypeView if kind == record_type.KIND else ChoiceListView
    view = made(
        id=stored.id if stored else None,
        project_id=environment.project_id,
        environment_id=environment.id,
        environment=environment.name,
        key=key,
        version=stored.version if stored else 0,
        digest=stored.digest if stored else "",
        content=content,
    )
    base = base_of(content) if kind == record_type.KIND else None
    if isinstance(view, RecordTypeView) and base is not None:
        return view.based_on(chains_of(environment.id, kind, [base])[base])
    return view


KINDS = (record_type.KIND, choice_list.KIND)
