"""The content of a record type: what kind of thing a tenant keeps records of."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from apps.types.core.fields import (
    Bound,
    DefinitionKey,
    Description,
    FieldContent,
    Label,
    LineageId,
    MaxLength,
    Pattern,
    PersonalData,
    Scale,
)

KIND = "record_type"
STATUSES: tuple[str, ...] = ("draft", "active", "retired")

MAX_FIELDS = 2_000
MAX_RULES = 200

Name = Annotated[StrictStr, Field(min_length=1, max_length=120, pattern=r"^\S(.*\S)?$")]
Principal = Annotated[StrictStr, Field(min_length=1, max_length=120)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldOverride(_Part):
    """What a derived type promises beyond the field it inherits."""

    label: Label | None = None
    description: Description | None = None
    required: StrictBool | None = None
    default: Any = None
    max_length: MaxLength | None = None
    pattern: Pattern | None = None
    min: Bound | None = None
    max: Bound | None = None
    scale: Scale | None = None
    unique: StrictBool | None = None
    indexed: StrictBool | None = None
    personal_data: PersonalData | None = None


class Numbering(_Part):
    """How records get the number people use, such as INC0000007."""

    prefix: Annotated[StrictStr, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
    digits: Annotated[StrictInt, Field(ge=1, le=12)] = 7


class Assignee(_Part):
    """Who a record is given to."""

    type: Literal["user", "group"]
    value: Principal


class AssignmentRule(_Part):
    equals: StrictStr | StrictBool | StrictInt | StrictFloat | None
    assign: Assignee


class StaticUser(_Part):
    type: Literal["static_user"]
    value: Principal


class StaticGroup(_Part):
    type: Literal["static_group"]
    value: Principal


class FieldMatch(_Part):
    """The first rule whose value equals the field's decides; otherwise the default."""

    type: Literal["field_match"]
    field: LineageId
    rules: Annotated[list[AssignmentRule], Field(max_length=MAX_RULES)] = []
    default: Assignee | None = None


Assignment = Annotated[StaticUser | StaticGroup | FieldMatch, Field(discriminator="type")]


class Completion(_Part):
    """The clock stops when the field has this value."""

    field: LineageId
    equals: StrictStr | StrictBool | StrictInt | StrictFloat


class Sla(_Part):
    """A clock that starts with the record."""

    duration_minutes: Annotated[StrictInt, Field(ge=1, le=5_256_000)]
    complete_when: Completion | None = None


class RecordTypeContent(_Part):
    """Fields by lineage id; ``removed`` keeps what was taken away, so that it can come back under the same id.

    A derived type holds its own fields only. What it promises beyond an inherited one stands in ``overrides``.
    """

    name: Name
    base_type: DefinitionKey | None = None
    status: Literal["draft", "active", "retired"] = "draft"
    description: Description = ""
    fields: Annotated[dict[LineageId, FieldContent], Field(max_length=MAX_FIELDS)] = {}
    removed: dict[LineageId, FieldContent] = {}
    overrides: dict[LineageId, FieldOverride] = {}
    numbering: Numbering | None = None
    assignment: Assignment | None = None
    sla: Sla | None = None


#: Attributes of the type itself that ``set_attribute`` may name. Null clears all but the first two.
ATTRIBUTES: tuple[str, ...] = ("name", "status", "base_type", "description", "numbering", "assignment", "sla")
