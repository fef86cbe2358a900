"""The direct routes of record types. Each is one operation in a change, never a door beside it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, JsonValue

from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.metadata.queries import head_of, keys_elsewhere
from apps.types import queries
from apps.types.core.fields import (
    Bound,
    DefinitionKey,
    Description,
    FieldName,
    FieldType,
    Label,
    MaxLength,
    Pattern,
    PersonalData,
    Scale,
)
from apps.types.core.payloads import NewField, Position
from apps.types.core.record_type import KIND, Name
from apps.types.errors import (
    AlreadyRetired,
    BaseTypeElsewhere,
    BaseTypeMissing,
    FieldTaken,
    HasActiveDerivedTypes,
    NotDraft,
)
from apps.types.services.direct import (
    ChangeId,
    Place,
    ProjectId,
    Written,
    found,
    place_in_project,
    refuse_taken,
    write,
)

Setting = Annotated[JsonValue, Field(description="Fields are named by their names; null means none.")]


@command("record_type.create", safety=Safety.WRITE_INTERNAL, status=201)
def create_record_type(
    *,
    key: Annotated[DefinitionKey, Field(examples=["problem"])],
    name: Annotated[Name, Field(examples=["Problem"])],
    project_id: ProjectId = None,
    base_type: Annotated[DefinitionKey | None, Field(examples=["task"])] = None,
    description: Description = "",
    fields: Annotated[
        list[NewField], Field(max_length=500, examples=[[{"name": "cause", "type": "text", "label": "Cause"}]])
    ] = [],  # noqa: B006 - pydantic copies it
    numbering: Setting = None,
    assignment: Setting = None,
    sla: Setting = None,
    change_id: ChangeId = None,
    actor: Actor,
    at: datetime,
) -> Written:
    """Create a record type as a draft.

    Staged in the change that is named. Without one it is merged at once where you may merge and the environment asks
    for no votes; otherwise the answer is 202 with the draft change that now holds it.
    """
    place = place_in_project(project_id, change_id)
    refuse_taken(place, KIND, key, name)
    if base_type is not None and base_type != key:
        _refuse_missing_base(place, base_type)

    payload: dict[str, Any] = {"key": key, "name": name, "fields": [field.given() for field in fields]}
    optional = {
        "base_type": base_type,
        "description": description or None,
        "numbering": numbering,
        "assignment": assignment,
        "sla": sla,
    }
    payload |= {attribute: value for attribute, value in optional.items() if value is not None}
    title = _("Create record type %(name)s") % {"name": name}
    return write(place, KIND, key, "define", payload, title=title, actor=actor, at=at)


def _refuse_missing_base(place: Place, base_type: str) -> None:
    """A base of another project, or of none, is refused now and not only by the plan. A change may bring its own."""
    if place.change_id is not None or head_of(place.environment.pk, KIND, base_type) is not None:
        return
    if keys_elsewhere(place.project_id, {(KIND, base_type)}):
        raise BaseTypeElsewhere(base_type=base_type)
    raise BaseTypeMissing(base_type=base_type)


@command("record_type.add_field", safety=Safety.WRITE_INTERNAL, status=201)
def add_field(
    record_type_id: UUID,
    *,
    name: Annotated[FieldName, Field(examples=["urgency"])],
    type: Annotated[FieldType, Field(examples=["string"])],  # noqa: A002 - the attribute's name on the wire
    label: Annotated[Label | None, Field(examples=["Urgency"])] = None,
    description: Description | None = None,
    required: bool = False,
    default: JsonValue = None,
    max_length: MaxLength | None = None,
    pattern: Annotated[Pattern | None, Field(description="RE2 syntax; the whole value has to match.")] = None,
    min: Bound | None = None,  # noqa: A002 - as above
    max: Bound | None = None,  # noqa: A002 - as above
    scale: Annotated[Scale | None, Field(description="Decimal places of a number.")] = None,
    multiple: bool = False,
    unique: bool = False,
    indexed: bool = False,
    choice_list: Annotated[DefinitionKey | None, Field(description="The key of a choice list.")] = None,
    references: Annotated[DefinitionKey | None, Field(description="The key of a record type.")] = None,
    personal_data: PersonalData | None = None,
    position: Annotated[Position | None, Field(description="0 is the first; the end when left out.")] = None,
    change_id: ChangeId = None,
    actor: Actor,
    at: datetime,
) -> Written:
    """Add a field to a record type, last unless a position is given."""
    view, place = found(queries.record_type, record_type_id, change_id)
    if any(field.name == name for field in view.fields):
        raise FieldTaken(name=name)

    definition = {
        "type": type,
        "label": label,
        "description": description,
        "required": required or None,
        "default": default,
        "max_length": max_length,
        "pattern": pattern,
        "min": min,
        "max": max,
        "scale": scale,
        "multiple": multiple or None,
        "unique": unique or None,
        "indexed": indexed or None,
        "choice_list": choice_list,
        "references": references,
        "personal_data": personal_data,
    }
    given = {attribute: value for attribute, value in definition.items() if value is not None}
    payload = {"field": name, "definition": given, "position": position}
    title = _("Add field %(field)s to %(name)s") % {"field": name, "name": view.name}
    return write(place, KIND, view.key, "add_field", payload, title=title, actor=actor, at=at)


@command("record_type.activate", safety=Safety.WRITE_INTERNAL)
def activate_record_type(record_type_id: UUID, *, change_id: ChangeId = None, actor: Actor, at: datetime) -> Written:
    """Open a draft for records. It needs a field of its own or inherited, and a base that is not retired."""
    view, place = found(queries.record_type, record_type_id, change_id)
    if view.status != "draft":
        raise NotDraft(status=view.status)

    payload = {"attribute": "status", "value": "active"}
    title = _("Activate %(name)s") % {"name": view.name}
    return write(place, KIND, view.key, "set_attribute", payload, title=title, actor=actor, at=at)


@command("record_type.retire", safety=Safety.WRITE_INTERNAL)
def retire_record_type(record_type_id: UUID, *, change_id: ChangeId = None, actor: Actor, at: datetime) -> Written:
    """Take a record type out of use: no new records, the old ones stay readable.

    Refused while active types are derived from it.
    """
    view, place = found(queries.record_type, record_type_id, change_id)
    if view.status == "retired":
        raise AlreadyRetired
    derived = queries.active_types_derived_from(place.environment.pk, view.key)
    if derived and change_id is None:
        raise HasActiveDerivedTypes(derived=derived)

    title = _("Retire %(name)s") % {"name": view.name}
    return write(place, KIND, view.key, "retire", {}, title=title, actor=actor, at=at)
