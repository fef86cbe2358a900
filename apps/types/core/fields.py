"""What a field may say about itself: the eight types, their attributes, and which attribute fits which type.

A field's definition is a plain JSON object. It is kept *sparse*: an attribute that says nothing (null, false, empty) is
left out, so that equal definitions are equal bytes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from apps.kernel.canonical import LARGEST_INTEGER, LINEAGE_ID_PATTERN
from apps.metadata.core.ordering import ORDER_PATTERN, is_order_key
from apps.types.core.patterns import PatternError, compile_pattern
from apps.types.core.values import misfit

FieldType = Literal["string", "text", "number", "boolean", "date", "datetime", "choice", "reference"]
FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
PersonalData = Literal["personal", "sensitive"]

NAME_PATTERN = r"^[a-z][A-Za-z0-9_]{0,62}$"
KEY_PATTERN = r"^[a-z][a-z0-9_]{0,62}$"


def _ordered(value: str) -> str:
    if not is_order_key(value):
        raise ValueError("An order key such as a0 or b00V is expected.")
    return value


FieldName = Annotated[StrictStr, Field(pattern=NAME_PATTERN)]
DefinitionKey = Annotated[StrictStr, Field(pattern=KEY_PATTERN)]
OrderKey = Annotated[StrictStr, Field(max_length=128, pattern=ORDER_PATTERN), AfterValidator(_ordered)]
LineageId = Annotated[StrictStr, Field(pattern=LINEAGE_ID_PATTERN)]
Label = Annotated[StrictStr, Field(max_length=120)]
Description = Annotated[StrictStr, Field(max_length=2_000)]
Pattern = Annotated[StrictStr, Field(max_length=500)]
MaxLength = Annotated[StrictInt, Field(ge=1, le=100_000)]
Scale = Annotated[StrictInt, Field(ge=0, le=10)]
_InRange = Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)
Bound = Annotated[StrictInt, _InRange] | Annotated[StrictFloat, _InRange]

MAX_LENGTH_STRING = 4_000


class FieldContent(BaseModel):
    """The shape of one field as stored; what fits together is decided by ``problems_of``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: FieldName
    type: FieldType
    order: OrderKey
    label: Label = ""
    description: Description = ""
    required: StrictBool = False
    default: Any = None
    max_length: MaxLength | None = None
    pattern: Pattern | None = None
    min: Bound | None = None
    max: Bound | None = None
    scale: Scale | None = None
    multiple: StrictBool = False
    unique: StrictBool = False
    indexed: StrictBool = False
    choice_list: DefinitionKey | None = None
    references: DefinitionKey | None = None
    personal_data: PersonalData | None = None


_EVERY = frozenset(FIELD_TYPES)
_SEARCHABLE = _EVERY - {"text"}

#: Attribute -> the field types it fits.
FITS: Mapping[str, frozenset[str]] = {
    "label": _EVERY,
    "description": _EVERY,
    "required": _EVERY,
    "default": _EVERY,
    "max_length": frozenset({"string", "text"}),
    "pattern": frozenset({"string", "text"}),
    "min": frozenset({"number"}),
    "max": frozenset({"number"}),
    "scale": frozenset({"number"}),
    "multiple": frozenset({"choice", "reference"}),
    "unique": _SEARCHABLE - {"boolean"},
    "indexed": _SEARCHABLE,
    "choice_list": frozenset({"choice"}),
    "references": frozenset({"reference"}),
    "personal_data": _EVERY,
}

#: What makes a field what it is; everything else is one of ``FITS``.
IDENTITY: tuple[str, ...] = ("name", "type", "order")

#: Attribute that a type cannot do without.
NEEDED: Mapping[str, str] = {"choice": "choice_list", "reference": "references"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a definition, with the attribute that is to blame."""

    code: str
    message: str
    attribute: str = ""


def says_nothing(attribute: str, value: Any) -> bool:
    """Whether the attribute with this value means the same as leaving it out. A default of false does say something."""
    if attribute == "default":
        return value is None
    return value is None or value is False or value == ""


def sparse(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition without what says nothing."""
    return {name: value for name, value in definition.items() if not says_nothing(name, value)}


def merged(definition: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Given attributes replace, those that say nothing clear, omitted ones stay as they are."""
    told = sparse(changes)
    return {name: value for name, value in definition.items() if name not in changes} | told


def unfit_attributes(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Attributes that do not fit the definition's type, sorted."""
    kind = definition.get("type")
    return tuple(sorted(name for name in definition if name in FITS and kind not in FITS[name]))


def problems_of(definition: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What does not fit together in a well-shaped definition, in a fixed order. Never raises, whatever the shape."""
    return tuple(_problems(definition))


def _problems(definition: Mapping[str, Any]) -> Iterator[Problem]:
    kind = definition.get("type")
    if kind not in FIELD_TYPES:
        yield Problem("INVALID_FIELD_TYPE", f"A field's type is one of {', '.join(FIELD_TYPES)}.", "type")
        return
    for attribute in unfit_attributes(definition):
        if not says_nothing(attribute, definition[attribute]):
            yield Problem("ATTRIBUTE_NOT_FITTING", f"{attribute} does not fit a field of type {kind}.", attribute)
    needed = NEEDED.get(kind)
    if needed and not definition.get(needed):
        yield Problem("ATTRIBUTE_MISSING", f"A field of type {kind} needs {needed}.", needed)
    if definition.get("unique") and definition.get("multiple"):
        yield Problem("ATTRIBUTE_NOT_FITTING", "A field with several values cannot be unique.", "unique")
    yield from _range_problems(definition)
    pattern = definition.get("pattern")
    if isinstance(pattern, str):
        try:
            compile_pattern(pattern)
        except PatternError as error:
            yield Problem("PATTERN_INVALID", f"The pattern is not valid: {error}", "pattern")
            return
    default = definition.get("default")
    if default is not None and (reason := misfit(default, definition)):
        yield Problem("DEFAULT_NOT_FITTING", f"The default does not fit the field: {reason}", "default")


def _range_problems(definition: Mapping[str, Any]) -> Iterator[Problem]:
    length = definition.get("max_length")
    if definition["type"] == "string" and isinstance(length, int) and length > MAX_LENGTH_STRING:
        yield Problem(
            "RANGE_INVALID", f"A string holds at most {MAX_LENGTH_STRING} characters; use text for more.", "max_length"
        )
    low, high = definition.get("min"), definition.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield Problem("RANGE_INVALID", "min is greater than max.", "min")
