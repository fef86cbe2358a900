"""An example for every body of the schema: what the fields say, completed by their types. Same schema, same example."""

from typing import Any

_FORMATS = {
    "uuid": "8b1f2f0e-6a53-8c1d-9f5e-2b7a4c9d1e60",
    "date-time": "2026-01-31T09:30:00Z",
    "date": "2026-01-31",
    "time": "09:30:00",
    "duration": "PT1H",
    "email": "ada@example.com",
    "uri": "https://example.com/",
}
_MAX_DEPTH = 6


def example_of(schema: dict[str, Any], components: dict[str, Any], *, incoming: bool = False, depth: int = 0) -> Any:
    """A value that fits ``schema``; ``components`` are the named schemas it may refer to.

    ``incoming`` examples leave out what may be left out, unless its author gave an example.
    """
    for key in ("example", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "$ref" in schema:
        named = components.get(schema["$ref"].rpartition("/")[2], {})
        return example_of(named, components, incoming=incoming, depth=depth + 1)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], components, incoming=incoming, depth=depth + 1)
    return _by_type(schema, components, incoming, depth)


def _by_type(schema: dict[str, Any], components: dict[str, Any], incoming: bool, depth: int) -> Any:  # noqa: FBT001
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    if kind == "object" and depth <= _MAX_DEPTH:
        return {
            name: example_of(inner, components, incoming=incoming, depth=depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if not incoming or name in schema.get("required", ()) or inner.get("examples")
        }
    if kind == "array":
        inner = schema.get("items", {})
        return [] if depth > _MAX_DEPTH else [example_of(inner, components, incoming=incoming, depth=depth + 1)]
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), "text".ljust(schema.get("minLength", 0), "x"))
    if kind == "integer":
        return max(int(schema.get("minimum", 1)), int(schema.get("exclusiveMinimum", 0)) + 1)
    simple = {"number": schema.get("minimum", 1.5), "boolean": True, "null": None}
    return simple.get(str(kind), {})
