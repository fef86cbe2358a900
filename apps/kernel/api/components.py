"""What the operations of the schema share: headers, errors, and bodies made from pydantic models."""

from typing import Any

from drf_spectacular.drainage import warn
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from pydantic import BaseModel

from apps.kernel.body import MAX_INTEGER

ERRORS = {
    400: ("INVALID_INPUT", "The input does not fit; `details.errors` lists each fault with its path."),
    401: ("UNAUTHENTICATED", "No identity, no valid token, or no tenant header."),
    403: ("PERMISSION_DENIED", "The permission is missing, or an agent tried what only a person may do."),
    404: ("NOT_FOUND", "Missing, or another tenant's: the two are never told apart."),
    406: ("NOT_ACCEPTABLE", "Answers are JSON; the `Accept` header refuses that."),
    409: ("CONFLICT", "The object's state does not allow it, or something of the kind exists already."),
    412: ("PRECONDITION_FAILED", "The object was changed since you read it."),
    413: ("PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The body is not `application/json`."),
    422: (
        "EXECUTION_FAILED",
        "The execution failed and changed nothing, or the Idempotency-Key was used for another request.",
    ),
    428: ("PRECONDITION_REQUIRED", "`If-Match` is missing."),
    429: ("TOO_MANY_REQUESTS", "More requests than are accepted; `Retry-After` says when to come back."),
    503: ("UNAVAILABLE", "The database is busy; nothing was changed. `Retry-After` says when to come back."),
}

_HEADERS: dict[str, dict[str, Any]] = {
    "tenant": {
        "name": "x-tenant-id", "required": True, "schema": {"type": "string"}, "example": "acme",
        "description": "The slug of the tenant.",
    },
    "user": {
        "name": "x-user-id", "schema": {"type": "string", "format": "uuid"},
        "description": "The acting person; has to match the token unless the token may act for others.",
    },
    "agent": {
        "name": "x-agent-id", "schema": {"type": "string", "format": "uuid"},
        "description": "The acting agent, likewise. Never together with `x-user-id`.",
    },
    "environment": {
        "name": "x-environment", "schema": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$"}, "example": "dev",
        "description": "The name of an environment of the project; its default one when absent.",
    },
    "correlation": {
        "name": "X-Correlation-Id", "schema": {"type": "string"}, "example": "order-2026-0007",
        "description": "Ties everything this request causes together, and is always sent back. "
        "8 to 64 letters, digits, `.`, `_` and `-`; anything else is replaced by a new one.",
    },
    "idempotency": {
        "name": "Idempotency-Key", "schema": {"type": "string", "pattern": "^[ -~]{1,255}$"},
        "description": "Makes a repeat safe: the first answer is sent again, byte for byte, for 24 hours.",
    },
    "match": {
        "name": "If-Match", "required": True, "schema": {"type": "string", "pattern": '^(W/)?"[0-9]{1,18}"$'},
        "example": '"3"', "description": "The `ETag` of the version you read.",
    },
}  # fmt: skip

_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error", "correlation_id"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "description": "Stable; for programs."},
                "message": {"type": "string", "description": "One sentence a person can act on."},
                "details": {"type": "object", "description": "What the code needs to be understood."},
            },
        },
        "correlation_id": {"type": "string"},
    },
}


def header_parameter(registry: ComponentRegistry, name: str) -> dict[str, Any]:
    """A reference to a request header shared by many operations."""
    definition = {"in": "header", "required": False, **_HEADERS[name]}
    return _register(registry, ResolvedComponent.PARAMETER, f"{name.capitalize()}Header", definition)


def error_response(registry: ComponentRegistry, status: int) -> dict[str, Any]:
    """A reference to the answer of one error status: the envelope, with an example."""
    code, description = ERRORS[status]
    schema = _register(registry, ResolvedComponent.SCHEMA, "Error", _ERROR)
    sample = {"error": {"code": code, "message": description, "details": {}}, "correlation_id": "order-2026-0007"}
    definition = {
        "description": description,
        "content": {"application/json": {"schema": schema, "example": sample}},
    }
    name = "".join(word.capitalize() for word in code.split("_"))
    return _register(registry, ResolvedComponent.RESPONSE, name, definition)


def model_schema(
    registry: ComponentRegistry, model: type[BaseModel], *, incoming: bool, without: frozenset[str]
) -> dict[str, Any]:
    """A reference to a pydantic model's schema; what it refers to is registered too.

    Incoming names end in ``Input``, because a default makes a key optional on the way in and certain on the way out.
    """
    suffix = "Input" if incoming else ""
    schema = model.model_json_schema(
        ref_template="#/components/schemas/{model}" + suffix, mode="validation" if incoming else "serialization"
    )
    for name, inner in schema.pop("$defs", {}).items():
        if incoming:
            _bound_integers(inner)
        _register(registry, ResolvedComponent.SCHEMA, name + suffix, inner)
    if incoming:
        _bound_integers(schema)
    if without:
        schema["properties"] = {k: v for k, v in schema.get("properties", {}).items() if k not in without}
        schema["required"] = [name for name in schema.get("required", []) if name not in without]
    return _register(registry, ResolvedComponent.SCHEMA, model.__name__ + suffix, schema)


def _bound_integers(schema: Any) -> None:
    """No body may hold an integer that JSON cannot carry exactly: say so where the author says less."""
    if isinstance(schema, list):
        for inner in schema:
            _bound_integers(inner)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "integer":
        if "exclusiveMaximum" not in schema:
            schema.setdefault("maximum", MAX_INTEGER)
        if "exclusiveMinimum" not in schema:
            schema.setdefault("minimum", -MAX_INTEGER)
    for key in ("properties", "anyOf", "oneOf", "allOf", "items", "prefixItems", "additionalProperties"):
        found = schema.get(key)
        _bound_integers(list(found.values()) if key == "properties" and found else found)


def page_schema(registry: ComponentRegistry, item: dict[str, Any]) -> dict[str, Any]:
    """A reference to a page of items."""
    name = item["$ref"].rpartition("/")[2] + "Page"
    cursor = {
        "type": ["string", "null"],
        "description": "Send it as `cursor` to go on; null on the last page.",
        "examples": ["WyIyMDI2LTAxLTMxIl0.sUfoWQbBBm1JVlJ4o-FSxA"],
    }
    definition = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": item}, "next_cursor": cursor},
    }
    return _register(registry, ResolvedComponent.SCHEMA, name, definition)


class _Shared:
    """Stands for what has no class of its own, so that the registry can tell components apart."""


def _register(registry: ComponentRegistry, kind: str, name: str, definition: dict[str, Any]) -> dict[str, Any]:
    component = ResolvedComponent(name=name, type=kind, schema=definition, object=_Shared)  # type: ignore[no-untyped-call]
    known = registry._components.get(component.key)
    if known is None:
        registry.register(component)
    elif known.schema != definition:
        warn(f"Two different {kind} are called {name}; rename one of them.")
    reference: dict[str, Any] = component.ref
    return reference
