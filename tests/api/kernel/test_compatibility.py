"""What counts as taking something away. Missing a case would break clients without anybody noticing."""

from copy import deepcopy
from typing import Any

import pytest

from apps.kernel.api.compatibility import breaking_changes

THING = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "state": {"type": "string", "enum": ["open", "closed"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
    },
}
PART = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
INPUT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "state": {"enum": ["open", "closed"], "type": "string"}},
}
POST: dict[str, Any] = {
    "parameters": [{"in": "query", "name": "dry", "required": False}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ThingInput"}}}},
    "responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}},
}
DOCUMENT: dict[str, Any] = {
    "paths": {"/things": {"post": POST}},
    "components": {"schemas": {"Thing": THING, "Part": PART, "ThingInput": INPUT}},
}


def without(document: dict[str, Any], *path: str) -> None:
    for key in path[:-1]:
        document = document[key]
    del document[path[-1]]


def test_a_document_is_compatible_with_itself() -> None:
    assert breaking_changes(DOCUMENT, DOCUMENT) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: without(d, "paths", "/things", "post"), "POST /things: the operation is gone."),
        (lambda d: without(d, "paths", "/things"), "POST /things: the operation is gone."),
        (
            lambda d: without(d, "components", "schemas", "Thing", "properties", "state"),
            "POST /things 201: state is gone.",
        ),
        (
            lambda d: without(d, "components", "schemas", "Part", "properties", "name"),
            "POST /things 201.parts[]: name is gone.",
        ),
        (
            lambda d: d["components"]["schemas"]["Thing"]["required"].remove("id"),
            "POST /things 201: id may be missing now.",
        ),
        (
            lambda d: d["components"]["schemas"]["Thing"]["properties"]["id"].update(type="integer"),
            "POST /things 201.id: type changed from string to integer.",
        ),
        (
            lambda d: without(d, "components", "schemas", "ThingInput", "properties", "state"),
            "POST /things body: state is not accepted any more.",
        ),
        (
            lambda d: d["components"]["schemas"]["ThingInput"]["required"].append("state"),
            "POST /things body: state is required now.",
        ),
        (
            lambda d: d["components"]["schemas"]["ThingInput"]["properties"]["state"]["enum"].remove("open"),
            "POST /things body.state: the value open is not accepted any more.",
        ),
        (lambda d: d["paths"]["/things"]["post"]["parameters"].clear(), "POST /things: the parameter dry is gone."),
        (
            lambda d: d["paths"]["/things"]["post"]["parameters"][0].update(required=True),
            "POST /things: the parameter dry is required now.",
        ),
        (
            lambda d: d["paths"]["/things"]["post"]["requestBody"].update(required=True),
            "POST /things: a body is required now.",
        ),
        (
            lambda d: d["paths"]["/things"]["post"]["responses"].update({"200": {}}) or without(
                d, "paths", "/things", "post", "responses", "201"
            ),
            "POST /things: the answer 201 is gone.",
        ),
    ],
)  # fmt: skip
def test_what_is_taken_away_is_told(change: Any, told: str) -> None:
    after = deepcopy(DOCUMENT)
    change(after)
    assert breaking_changes(DOCUMENT, after) == [told]


def test_additions_break_nobody() -> None:
    after = deepcopy(DOCUMENT)
    after["paths"]["/others"] = {"get": {"responses": {}}}
    after["components"]["schemas"]["Thing"]["properties"]["more"] = {"type": "string"}
    after["components"]["schemas"]["ThingInput"]["properties"]["more"] = {"type": "string"}
    after["components"]["schemas"]["ThingInput"]["properties"]["state"]["enum"].append("half open")
    assert breaking_changes(DOCUMENT, after) == []
