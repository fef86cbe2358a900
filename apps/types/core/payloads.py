"""What callers send for each operation: names where the content holds ids. Unknown keys are refused."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt, StrictStr, ValidationError

from apps.kernel.canonical import NotCanonical, canonical_json
from apps.metadata.core.faults import Fault, InvalidPayload
from apps.types.core.choice_list import ChoiceLabel, ChoiceValue
from apps.types.core.fields import (
    Bound,
    DefinitionKey,
    Description,
    FieldName,
    FieldType,
    Label,
    MaxLength,
    OrderKey,
    Pattern,
    PersonalData,
    Scale,
)
from apps.types.core.record_type import Name

Position = Annotated[StrictInt, Field(ge=0)]
#: A field's name; its lineage id is understood as well.
FieldRef = Annotated[StrictStr, Field(min_length=1, max_length=63)]


class Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """What the caller named, nulls included."""
        return self.model_dump(mode="json", exclude_unset=True)


class FieldDefinition(Payload):
    """Attributes of a field. Null clears, an omitted one stays as it is."""

    type: FieldType | None = None
    order: OrderKey | None = None
    label: Label | None = None
    description: Description | None = None
    required: StrictBool | None = None
    default: JsonValue = None
    max_length: MaxLength | None = None
    pattern: Pattern | None = None
    min: Bound | None = None
    max: Bound | None = None
    scale: Scale | None = None
    multiple: StrictBool | None = None
    unique: StrictBool | None = None
    indexed: StrictBool | None = None
    choice_list: DefinitionKey | None = None
    references: DefinitionKey | None = None
    personal_data: PersonalData | None = None


class NewField(FieldDefinition):
    """A field that is defined together with its type."""

    name: FieldName


class AddFieldPayload(Payload):
    field: FieldName
    definition: FieldDefinition
    position: Position | None = None


class SetFieldPayload(Payload):
    field: FieldRef
    definition: FieldDefinition
    position: Position | None = None


class FieldPayload(Payload):
    """For ``remove_field`` and ``restore_field``."""

    field: FieldRef


class RenameFieldPayload(Payload):
    old_name: FieldRef
    new_name: FieldName


class AttributePayload(Payload):
    attribute: StrictStr
    value: JsonValue


class DefineRecordTypePayload(Payload):
    key: DefinitionKey
    name: Name
    base_type: DefinitionKey | None = None
    status: Literal["draft", "active"] = "draft"
    description: Description = ""
    fields: Annotated[list[NewField], Field(max_length=500)] = []
    numbering: JsonValue = None
    assignment: JsonValue = None
    sla: JsonValue = None


class NothingPayload(Payload):
    """For ``retire``."""


class RestoreRecordTypePayload(Payload):
    status: Literal["draft", "active"] = "active"


class NewChoice(Payload):
    value: ChoiceValue
    label: ChoiceLabel | None = None
    active: StrictBool = True


class AddChoicePayload(NewChoice):
    position: Position | None = None


class SetChoicePayload(Payload):
    value: ChoiceValue
    label: ChoiceLabel | None = None
    active: StrictBool | None = None
    position: Position | None = None


class ChoicePayload(Payload):
    """For ``remove_choice``."""

    value: ChoiceValue


class DefineChoiceListPayload(Payload):
    key: DefinitionKey
    name: Name
    description: Description = ""
    items: Annotated[list[NewChoice], Field(max_length=5_000)] = []


class RestoreChoiceListPayload(Payload):
    status: Literal["active", "disabled"] = "active"


PayloadT = TypeVar("PayloadT", bound=BaseModel)


def read(model: type[PayloadT], payload: Mapping[str, Any]) -> PayloadT:
    """The payload in its shape. Raises ``InvalidPayload`` that names every fault."""
    try:
        canonical_json(payload)
        return model.model_validate(payload)
    except NotCanonical as error:
        raise InvalidPayload("INVALID_INPUT", str(error)) from error
    except ValidationError as error:
        raise from_validation(error) from error


def from_validation(error: ValidationError, *prefix: str) -> InvalidPayload:
    """The faults of a pydantic error; one about a field's type has its own code."""
    faults = [Fault(".".join((*prefix, *map(str, item["loc"]))), item["msg"]) for item in error.errors()]
    wrong_type = any(item["loc"][-1:] == ("type",) and item["type"] == "literal_error" for item in error.errors())
    code = "INVALID_FIELD_TYPE" if wrong_type else "INVALID_INPUT"
    first = faults[0]
    return InvalidPayload(code, f"{first.path}: {first.message}" if first.path else first.message, *faults)
