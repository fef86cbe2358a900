"""The direct routes of choice lists. Each is one operation in a change, never a door beside it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, StrictBool

from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.tenancy.core.names import KEY_LENGTH, ascii_words
from apps.types import queries
from apps.types.core.choice_list import KIND, ChoiceLabel, ChoiceValue
from apps.types.core.fields import DefinitionKey, Description
from apps.types.core.payloads import NewChoice, Position
from apps.types.core.record_type import Name
from apps.types.errors import ChoiceListClosed, ChoiceTaken
from apps.types.services.direct import ChangeId, ProjectId, Written, found, place_in_project, refuse_taken, write


@command("choice_list.create", safety=Safety.WRITE_INTERNAL, status=201)
def create_choice_list(
    *,
    name: Annotated[Name, Field(examples=["Urgency"])],
    key: Annotated[
        DefinitionKey | None, Field(examples=["urgency"], description="Made from the name when left out.")
    ] = None,
    project_id: ProjectId = None,
    description: Description = "",
    items: Annotated[
        list[NewChoice], Field(max_length=5_000, examples=[[{"value": "1", "label": "High"}, {"value": "2"}]])
    ] = [],  # noqa: B006 - pydantic copies it
    change_id: ChangeId = None,
    actor: Actor,
    at: datetime,
) -> Written:
    """Create a choice list with its items in order.

    Staged in the change that is named. Without one it is merged at once where you may merge and the environment asks
    for no votes; otherwise the answer is 202 with the draft change that now holds it.
    """
    place = place_in_project(project_id, change_id)
    key = key or key_from(name)
    refuse_taken(place, KIND, key, name)

    payload = {"key": key, "name": name, "description": description, "items": [item.given() for item in items]}
    title = _("Create choice list %(name)s") % {"name": name}
    return write(place, KIND, key, "define", payload, title=title, actor=actor, at=at)


def key_from(name: str) -> str:
    """``Impact (ITSM)`` becomes ``impact_itsm``; a name without a letter to begin with gets one."""
    key = "_".join(ascii_words(name)) or "list"
    return (key if key[0].isalpha() else f"list_{key}")[:KEY_LENGTH].rstrip("_")


@command("choice_list.add_item", safety=Safety.WRITE_INTERNAL, status=201)
def add_item(
    choice_list_id: UUID,
    *,
    value: Annotated[ChoiceValue, Field(examples=["3"], description="What records store. It never changes.")],
    label: Annotated[ChoiceLabel, Field(examples=["Low"])],
    active: StrictBool = True,
    position: Annotated[Position | None, Field(description="0 is the first; the end when left out.")] = None,
    change_id: ChangeId = None,
    actor: Actor,
    at: datetime,
) -> Written:
    """Add an item to a choice list, last unless a position is given."""
    view, place = found(queries.choice_list, choice_list_id, change_id)
    if view.status != "active":
        raise ChoiceListClosed(status=view.status)
    if any(item.value == value for item in view.items):
        raise ChoiceTaken(value=value)

    payload = {"value": value, "label": label, "active": active, "position": position}
    title = _("Add %(label)s to %(name)s") % {"label": label, "name": view.name}
    return write(place, KIND, view.key, "add_choice", payload, title=title, actor=actor, at=at)
