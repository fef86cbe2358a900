"""The direct routes stage operations like everybody else; this is what they share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from apps.changes.errors import ProjectMismatch
from apps.changes.models import Change, ChangeOperation
from apps.changes.services import Direct, OperationInput, TargetInput, plan_change, stage_or_merge
from apps.kernel.scope import Actor
from apps.metadata.core.content import Content
from apps.metadata.models import Head
from apps.metadata.queries import head_of
from apps.tenancy.models import Environment
from apps.tenancy.queries import environment_in_scope, project_named
from apps.types.core.views import DefinitionView
from apps.types.errors import KeyTaken, NameTaken

View = TypeVar("View", bound=DefinitionView)
ChangeId = Annotated[
    UUID | None, Field(description="The change to stage this in. Without one, a change of its own is made.")
]
ProjectId = Annotated[UUID | None, Field(description="The project; the default one when it is not named.")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a direct write goes: the project and environment, and the change when one is named."""

    project_id: UUID
    environment: Environment
    change_id: UUID | None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a direct write. ``content`` is as merged, or as the change would make it."""

    place: Place
    kind: str
    key: str
    content: Content
    head: Head | None
    change: Change
    operation: ChangeOperation
    is_merged: bool


def place_in_project(project_id: UUID | None, change_id: UUID | None) -> Place:
    """The change's place when one is named, else the project and the environment that the request names.

    Raises ``ProjectMismatch`` for a change of another project.
    """
    if change_id is None:
        project = project_named(project_id)
        return Place(project.pk, environment_in_scope(project), None)
    place = place_of_change(change_id)
    if project_id is not None and project_id != place.project_id:
        raise ProjectMismatch(project_id=str(project_id))
    return place


def place_of_change(change_id: UUID) -> Place:
    """Where a change works; ``NotFound`` when there is no such change."""
    change: Change = Change.objects.select_related("environment").one(change_id)
    return Place(change.project_id, change.environment, change.pk)


def found(read: Callable[..., View], definition_id: UUID, change_id: UUID | None) -> tuple[View, Place]:
    """The definition where the change, or the request, works."""
    if change_id is None:
        view = read(definition_id)
        return view, place_in_project(view.project_id, None)
    place = place_of_change(change_id)
    return read(definition_id, environment_id=place.environment.pk), place


def refuse_taken(place: Place, kind: str, key: str, name: str) -> None:
    """Refuse a key or a name that the environment has already."""
    if head_of(place.environment.pk, kind, key) is not None:
        raise KeyTaken(key=key)
    if Head.objects.filter(environment_id=place.environment.pk, kind=kind, name=name).exists():
        raise NameTaken(name=name)


def write(
    place: Place,
    kind: str,
    key: str,
    operation: str,
    payload: Mapping[str, Any],
    *,
    title: str,
    actor: Actor,
    at: datetime,
) -> Written:
    """Stage one operation, and merge it at once where the contract allows."""
    wanted = OperationInput(
        op_type=operation,
        payload=dict(payload),
        target=TargetInput(type=kind, selector={f"{kind}_key": key}),
    )
    done = stage_or_merge(
        [wanted],
        title=title,
        change_id=place.change_id,
        project_id=place.project_id,
        environment=place.environment,
        actor=actor,
        at=at,
    )
    return Written(
        place=place,
        kind=kind,
        key=key,
        content=_content(done, kind, key),
        head=head_of(place.environment.pk, kind, key),
        change=done.change,
        operation=done.operations[0],
        is_merged=done.is_merged,
    )


def _content(done: Direct, kind: str, key: str) -> Content:
    """The content as the change makes it. Raises the plan's own refusal where it makes none."""
    planned = done.merged.planned if done.merged is not None else plan_change(done.change)
    definition = planned.plan.definition(kind, key)
    if definition is None or definition.after is None:
        planned.refuse()
        raise RuntimeError(f"A clean plan has no content for {kind} {key}.")
    return definition.after
