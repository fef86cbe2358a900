"""The content of a choice list: the values a choice field may take."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from apps.types.core.fields import Description, OrderKey
from apps.types.core.record_type import Name

KIND = "choice_list"
MAX_ITEMS = 5_000
STATUSES: tuple[str, ...] = ("active", "disabled", "retired")

#: A value is an identity: no control characters, no space around it.
VALUE_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"

ChoiceValue = Annotated[StrictStr, Field(max_length=100, pattern=VALUE_PATTERN)]
ChoiceLabel = Annotated[StrictStr, Field(min_length=1, max_length=200)]


class ChoiceItem(BaseModel):
    """One value. Its label may change; an inactive one is kept in old records and refused in new ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: OrderKey
    label: ChoiceLabel
    active: StrictBool = True


class ChoiceListContent(BaseModel):
    """Items by value, which is their identity and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    status: Literal["active", "disabled", "retired"] = "active"
    description: Description = ""
    items: Annotated[dict[ChoiceValue, ChoiceItem], Field(max_length=MAX_ITEMS)] = {}


ATTRIBUTES: tuple[str, ...] = ("name", "status", "description")
