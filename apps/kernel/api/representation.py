"""How results become JSON: by a pydantic model compiled once, or by a DRF serializer where one is clearer.

A pydantic output reads attributes (rows, dataclasses) and mappings (``values()``) alike and is written in one pass.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import BaseSerializer

Representation = type[BaseModel] | type[BaseSerializer[Any]]


class Output(BaseModel):
    """The base of every answer body: reads attributes, and its fields (with examples) make the API's schema."""

    model_config = ConfigDict(from_attributes=True, frozen=True, ser_json_timedelta="iso8601")


@cache
def _adapter(representation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(representation)


def to_json(
    representation: Representation, value: Any, *, many: bool = False, context: dict[str, Any] | None = None
) -> bytes:
    """``value`` (or each of ``many``) as UTF-8 JSON. Call it while the scope transaction is open."""
    if issubclass(representation, BaseModel):
        adapter = _adapter(list[representation] if many else representation)  # type: ignore[valid-type]
        rows = list(value) if many else value
        return adapter.dump_json(adapter.validate_python(rows, from_attributes=True))
    rendered: bytes = JSONRenderer().render(representation(value, many=many, context=context or {}).data)
    return rendered


def page_json(
    representation: Representation, rows: Iterable[Any], next_cursor: str | None, context: dict[str, Any]
) -> bytes:
    """``{"items": [...], "next_cursor": ...}``."""
    items = to_json(representation, rows, many=True, context=context)
    # A cursor is URL-safe base64 and a dot: nothing in it needs escaping.
    cursor = f'"{next_cursor}"'.encode() if next_cursor else b"null"
    return b'{"items":' + items + b',"next_cursor":' + cursor + b"}"
