"""What the editing pages ask: one model for each form."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from apps.types.core.fields import FieldType, PersonalData

Name = Annotated[
    str, Field(description="Lower-case letters, digits and underscores. Records keep values by id, not by name.")
]
Key = Annotated[str, Field(description="Lower-case letters, digits and underscores. It never changes.")]


class FieldQuestions(BaseModel):
    """The attributes of a field. Those that do not fit its type are left empty."""

    type: FieldType = "string"
    label: str = Field(default="", description="What people see.")
    description: str = ""
    required: bool = False
    default: JsonValue = Field(default=None, description="A value that fits the type, such as 3, true or a text.")
    max_length: int | None = Field(default=None, title="Longest text", description="For string and text.")
    pattern: str = Field(default="", description="A regular expression the whole text must match. For string and text.")
    min: float | None = Field(default=None, title="Smallest number", description="For number.")
    max: float | None = Field(default=None, title="Largest number", description="For number.")
    scale: int | None = Field(default=None, title="Decimal places", description="For number.")
    multiple: bool = Field(default=False, title="Several values", description="For choice and reference.")
    unique: bool = Field(default=False, description="No two records have the same value.")
    indexed: bool = Field(default=False, description="Searches and filters are fast.")
    choice_list: str | None = Field(default=None, description="For choice.")
    references: str | None = Field(default=None, title="Refers to", description="For reference: the record type.")
    personal_data: PersonalData | None = Field(default=None, title="Personal data")


class FieldNameQuestion(BaseModel):
    field: Name = Field(title="Name")


class NewFieldQuestions(FieldQuestions, FieldNameQuestion):
    """The name first, then the rest."""


class RenameQuestions(BaseModel):
    new_name: Name


class ChoiceQuestions(BaseModel):
    label: str = Field(description="What people see. It may change later.")
    active: bool = Field(
        default=True, description="An inactive choice stays in old records and is refused in new ones."
    )


class ChoiceValueQuestion(BaseModel):
    value: str = Field(description="What records store. It never changes.")


class NewChoiceQuestions(ChoiceQuestions, ChoiceValueQuestion):
    """The value first, then the rest."""


class AttributeQuestions(BaseModel):
    value: JsonValue = None


class TextQuestions(BaseModel):
    value: str = Field(default="", title="Text", max_length=2000)


class BaseQuestions(BaseModel):
    base_type: str | None = Field(default=None, title="Base type", description="Its fields are inherited.")


class NumberingQuestions(BaseModel):
    prefix: str | None = Field(default=None, description="Such as INC. Empty: records have no numbers.")
    digits: int = Field(default=7, ge=1, le=12)


class SlaQuestions(BaseModel):
    duration_minutes: int | None = Field(
        default=None, title="Minutes", description="Empty: no clock starts with the record."
    )


class KeyQuestion(BaseModel):
    key: Key


class DefineRecordTypeQuestions(BaseModel):
    name: str = Field(description="What people see.")
    base_type: str | None = Field(default=None, title="Base type", description="Its fields are inherited.")
    description: str = ""
    status: Literal["draft", "active"] = Field(default="draft", description="Records can be made of an active type.")


class NewRecordTypeQuestions(DefineRecordTypeQuestions, KeyQuestion):
    """The key first, then the rest."""


class DefineChoiceListQuestions(BaseModel):
    name: str = Field(description="What people see.")
    description: str = ""


class NewChoiceListQuestions(DefineChoiceListQuestions, KeyQuestion):
    """The key first, then the rest."""
