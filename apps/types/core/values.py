"""Whether one value fits one field. The same answer serves defaults now and records later."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.kernel.canonical import LARGEST_INTEGER
from apps.types.core.patterns import PatternError, matches

MAX_VALUES = 1_000


def misfit(value: Any, definition: Mapping[str, Any]) -> str | None:
    """Why the value does not fit the field, as a sentence; None when it fits. Never raises.

    Membership in a choice list and the existence of a referenced record are other people's knowledge.
    """
    fit = _FITTERS.get(str(definition.get("type")))
    if fit is None:
        return "The field has no known type."
    if not definition.get("multiple"):
        return fit(value, definition)
    if not isinstance(value, list):
        return "A list of values is expected."
    if len(value) > MAX_VALUES:
        return f"At most {MAX_VALUES} values are allowed."
    reasons = (reason for item in value if (reason := fit(item, definition)))
    return next(reasons, None) or _repeated(value)


def _repeated(values: list[Any]) -> str | None:
    return None if len(set(values)) == len(values) else "A value is repeated."


def _string(value: Any, definition: Mapping[str, Any]) -> str | None:
    if not isinstance(value, str):
        return "Text is expected."
    if "\x00" in value:
        return "A NUL character is not allowed."
    limit = definition.get("max_length")
    if isinstance(limit, int) and len(value) > limit:
        return f"At most {limit} characters are allowed."
    pattern = definition.get("pattern")
    if isinstance(pattern, str):
        try:
            return None if matches(pattern, value) else "It does not match the pattern."
        except PatternError:
            return "The field's pattern is not valid."
    return None


def _line(value: Any, definition: Mapping[str, Any]) -> str | None:
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        return "A single line is expected."
    return _string(value, definition)


def _number(value: Any, definition: Mapping[str, Any]) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "A number is expected."
    if isinstance(value, float) and not math.isfinite(value):
        return "A finite number is expected."
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return "The number is too large."
    return _out_of_range(value, definition)


def _out_of_range(value: float, definition: Mapping[str, Any]) -> str | None:
    low, high, scale = definition.get("min"), definition.get("max"), definition.get("scale")
    if isinstance(low, int | float) and value < low:
        return f"At least {low} is expected."
    if isinstance(high, int | float) and value > high:
        return f"At most {high} is expected."
    if isinstance(scale, int) and decimal_places(value) > scale:
        return f"At most {scale} decimal places are allowed."
    return None


def decimal_places(value: float) -> int:
    """Decimal places of a number as JSON writes it; 1.0 has none."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _boolean(value: Any, _definition: Mapping[str, Any]) -> str | None:
    return None if isinstance(value, bool) else "true or false is expected."


def _date(value: Any, _definition: Mapping[str, Any]) -> str | None:
    try:
        parsed = date.fromisoformat(value)
    except (TypeError, ValueError):
        return "A date such as 2026-05-31 is expected."
    return None if parsed.isoformat() == value else "A date such as 2026-05-31 is expected."


def _datetime(value: Any, _definition: Mapping[str, Any]) -> str | None:
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        return "A time with its zone, such as 2026-05-31T08:30:00Z, is expected."
    return None


def _choice(value: Any, _definition: Mapping[str, Any]) -> str | None:
    return None if isinstance(value, str) and value else "The value of a choice is expected."


def _reference(value: Any, _definition: Mapping[str, Any]) -> str | None:
    try:
        return None if isinstance(value, str) and str(UUID(value)) == value else "The id of a record is expected."
    except ValueError:
        return "The id of a record is expected."


_FITTERS: Mapping[str, Callable[[Any, Mapping[str, Any]], str | None]] = {
    "string": _line,
    "text": _string,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "choice": _choice,
    "reference": _reference,
}
