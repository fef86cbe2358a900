"""Every operation of the API, read from its own document, and how to call it: a new route is covered by being there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Any

import pytest

from apps.kernel.api.documentation import openapi_document
from tests.api.conftest import Caller

_VARIABLE = re.compile(r"{([a-z_]+)}")
#: A collection that belongs to one object is nobody else's.
_OWNED = re.compile(r"/[0-9a-f]{8}-")
_PREFIX = "/api/v1"
_NOBODY = "00000000-0000-4000-8000-000000000000"

#: Where the ids of a collection without a list of its own are found: the path of a list, and the key of its items.
SOURCES = {
    "/environments": ("/projects/{id}/environments", "id"),
    "/modules": ("/projects/{id}/modules", "id"),
    "/definitions": ("/environments/{id}/heads", "definition_id"),
    "/rbac/users": ("/principals", "id"),
    "/record-types/by-key": ("/record-types", "key"),
}
#: Which collection an id in a body or a query is of.
IN_BODIES = {
    "project_id": "/projects",
    "environment_id": "/environments",
    "module_id": "/modules",
    "role_id": "/rbac/roles",
    "owner_id": "/principals",
    "principal_id": "/principals",
    "delegate_id": "/principals",
    "delegator_id": "/principals",
    "author_id": "/principals",
    "actor_id": "/principals",
    "actor": "/principals",
    "principal": "/principals",
    "member": "/principals",
    "change_id": "/changes",
    "subject_id": "/changes",
    "target_id": "/changes/{id}/targets",
    "operation_id": "/changes/{id}/operations",
    "environment": "/environments",
    "against": "/environments",
    "from_environment_id": "/environments",
    "to_environment_id": "/environments",
    "policy_id": "/policies",
    "version_id": "/policy-versions",
}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    described: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.described["operationId"])

    @property
    def command(self) -> str | None:
        return self.described.get("x-command")

    @property
    def is_list(self) -> bool:
        return self.method == "get" and any(p.get("name") == "cursor" for p in self.described["parameters"])

    @property
    def variables(self) -> list[str]:
        return _VARIABLE.findall(self.path)

    @property
    def needs_tenant(self) -> bool:
        return {"$ref": "#/components/parameters/TenantHeader"} in self.described["parameters"]

    @cached_property
    def body(self) -> dict[str, Any] | None:
        """The documented example, as the author of the command gave it."""
        content = self.described.get("requestBody", {}).get("content", {})
        example: dict[str, Any] | None = content.get("application/json", {}).get("example")
        return example

    @cached_property
    def body_schema(self) -> dict[str, Any]:
        content = self.described.get("requestBody", {}).get("content", {})
        if not content:
            return {}
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema: dict[str, Any] = openapi_document()["components"]["schemas"][name]
        return schema

    @property
    def ids_in_body(self) -> list[str]:
        return [name for name in self.body_schema.get("properties", {}) if name in IN_BODIES]

    @property
    def ids_in_query(self) -> list[str]:
        """Parameters that take an id of the tenant."""
        return [p["name"] for p in self.described["parameters"] if p.get("in") == "query" and p["name"] in IN_BODIES]

    def address(self, ids: dict[str, str] | None = None) -> str:
        """The path with these values; with nobody's id where none is given."""
        return _VARIABLE.sub(lambda found: (ids or {}).get(found[1], _NOBODY), self.path)


def operations() -> list[Operation]:
    return [
        Operation(method, path.removeprefix(_PREFIX), described)
        for path, methods in openapi_document()["paths"].items()
        for method, described in methods.items()
    ]


def each(found: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", found, ids=[operation.name for operation in found])


def items(caller: Caller, address: str) -> list[dict[str, Any]]:
    """What the list shows, page by page of 200."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        response = caller.get(joined(address, "limit=200", cursor and f"cursor={cursor}"))
        assert response.status_code == 200, (address, response.content)
        page = response.json()
        found += page["items"]
        cursor = page["next_cursor"]
    return found


def joined(address: str, *parameters: str) -> str:
    """The address with these query parameters besides its own; empty ones are left out."""
    path, _mark, own = address.partition("?")
    asked = "&".join(filter(None, (own, *parameters)))
    return f"{path}?{asked}" if asked else path


def addresses(caller: Caller, path: str, besides: Caller | None = None) -> Iterator[str]:
    """Every address of a path template that exists for the caller and not for ``besides`` (both share the system)."""
    head, brace, tail = path.partition("{")
    if not brace:
        yield path
        return
    _name, _brace, rest = tail.partition("}")
    for found in ids_of(caller, head.rstrip("/"), besides):
        yield from addresses(caller, f"{head}{found}{rest}")


@cache
def ids_of(caller: Caller, collection: str, besides: Caller | None = None) -> list[str]:
    """The ids of a collection, from its own list or from where :data:`SOURCES` says."""
    source, key = SOURCES.get(collection, (collection, "id"))
    if source == collection and not _has_list(collection):
        raise AssertionError(f"{collection} has no list: say in SOURCES where its ids are found.")
    found = [str(item[key]) for address in addresses(caller, source) for item in items(caller, address)]
    shared = set(ids_of(besides, collection)) if besides and not _OWNED.search(collection) else set()
    return [ident for ident in found if ident not in shared]


def _has_list(collection: str) -> bool:
    lists = (re.sub(r"{[a-z_]+}", "[^/]+", operation.path) for operation in operations() if operation.is_list)
    return any(re.fullmatch(pattern, collection) for pattern in lists)


def filled(operation: Operation, caller: Caller) -> dict[str, Any] | None:
    """The example body with ids of the caller's own tenant."""
    body = dict(operation.body or {})
    for name in operation.ids_in_body:
        if name in body:
            body[name] = an_id(caller, name)
    return body or operation.body


def an_id(caller: Caller, name: str, besides: Caller | None = None) -> str:
    """An id of the caller's tenant that fits an input of this name."""
    return next(_fitting(caller, name, besides))


def _fitting(caller: Caller, name: str, besides: Caller | None = None) -> Iterator[str]:
    for address in addresses(caller, IN_BODIES[name]):
        yield from ids_of(caller, address, besides)


def asked(operation: Operation, caller: Caller, address: str) -> Iterator[str]:
    """The address with what it cannot be asked without, in every way that fits."""
    if operation.path == "/environments/{id}/diff":
        here = caller.get(address.removesuffix("/diff")).json()
        stages = items(caller, f"/projects/{here['project_id']}/environments")
        required = [[f"against={there['id']}" for there in stages if there["id"] != here["id"]]]
    else:
        parameters = [p for p in operation.described["parameters"] if p.get("in") == "query" and p.get("required")]
        required = [[f"{p['name']}={found}" for found in _fitting(caller, p["name"])] for p in parameters]
    for way in product(*required):
        yield joined(address, *way)
