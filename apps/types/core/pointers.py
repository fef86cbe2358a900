"""Where a record type's own settings point at a field. Ids inside, names outside."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.metadata.core.content import Content, Path, get, put

#: The places in a record type's content that hold a field's id.
PLACES: tuple[Path, ...] = (("assignment", "field"), ("sla", "complete_when", "field"))


def pointed_at(content: Content) -> tuple[tuple[Path, str], ...]:
    """Each place that points at a field, with the id it holds."""
    found = ((place, get(content, place, None)) for place in PLACES)
    return tuple((place, value) for place, value in found if isinstance(value, str))


def translated(attribute: str, value: Any, translate: Callable[[str, Path], str]) -> Any:
    """The value of an attribute with every field it points at replaced by ``translate(field, place)``."""
    if not isinstance(value, dict):
        return value
    for place in PLACES:
        if place[0] == attribute:
            field = get(value, place[1:], None)
            if isinstance(field, str):
                value = put(value, place[1:], translate(field, place))
    return value


def with_names(attribute: str, value: Any, names: Mapping[str, str]) -> Any:
    """The value as people read it; an id that names no field stays as it is."""
    return translated(attribute, value, lambda field, _place: names.get(field, field))
