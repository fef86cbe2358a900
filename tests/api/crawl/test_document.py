"""The OpenAPI document: complete, without warnings, current, and compatible with what was published."""

import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from apps.kernel import commands
from apps.kernel.api.compatibility import breaking_changes
from apps.kernel.api.documentation import openapi_document
from tests.api.crawl.operations import Operation, each, operations

ROOT = Path(__file__).resolve().parents[3]
COMMITTED = "docs/reference/openapi.yaml"
#: One line for each breaking change that was decided on, as the test prints it; emptied with the next major version.
ACCEPTED = "docs/reference/accepted-breaking-changes.txt"

OPERATIONS = operations()


def committed(revision: str) -> dict[str, Any] | None:
    """The document of a commit, or None where there is none."""
    shown = subprocess.run(
        ["git", "show", f"{revision}:{COMMITTED}"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    loaded: dict[str, Any] | None = yaml.safe_load(shown.stdout) if shown.returncode == 0 else None
    return loaded


def test_it_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


def test_the_committed_file_is_current() -> None:
    """Readers of the repository read the file, not the code: `make docs` writes it."""
    written = yaml.safe_load((ROOT / COMMITTED).read_text())
    assert written == yaml.safe_load(yaml.safe_dump(openapi_document()))


@pytest.mark.parametrize("revision", ["HEAD", "HEAD~1"])
def test_nothing_that_clients_rely_on_is_gone(revision: str) -> None:
    """Removing an operation or an answer's key, or asking for more, breaks programs we do not know."""
    before = committed(revision)
    if before is None:
        pytest.skip(f"no {COMMITTED} at {revision}")
    now = openapi_document()
    if before["info"]["version"].split(".")[0] != now["info"]["version"].split(".")[0]:
        return
    accepted = (ROOT / ACCEPTED).read_text().splitlines()
    assert [change for change in breaking_changes(before, now) if change not in accepted] == []


def test_operation_ids_are_unique() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert sorted(set(names)) == sorted(names)


@each(OPERATIONS)
def test_it_is_told_completely(operation: Operation) -> None:
    described = operation.described
    assert described["summary"].endswith((".", "?"))
    assert described["description"]
    assert described["security"] == [{"token": []}]
    assert {"400", "401", "403", "404"} <= set(described["responses"])
    if operation.command:
        assert {"409", "413", "415", "422"} <= set(described["responses"])
    for status, response in described["responses"].items():
        if status.startswith("2") and status != "204":
            assert "example" in response["content"]["application/json"]


def test_each_group_of_operations_says_what_it_is_about() -> None:
    described = {tag["name"] for tag in openapi_document()["tags"]}
    used = {tag for one in OPERATIONS for tag in one.described["tags"]}

    assert described == used


def test_refusals_are_told_by_their_codes() -> None:
    """Answers carry ``NAME_TAKEN``; the name of a class in the code says nothing to a program."""
    told = {one.name: f"{one.described['summary']} {one.described['description']}" for one in OPERATIONS}

    assert "Refused with `NAME_TAKEN`, or `TEAM_ARCHIVED`." in told["team_rename"]
    assert {name: text for name, text in told.items() if re.search(r"\bRaises\b|`[A-Z][a-z]+[A-Z]\w+`", text)} == {}
    assert [one.name for one in OPERATIONS if "`" in one.described["summary"]] == []


@each([operation for operation in OPERATIONS if operation.body])
def test_its_example_is_accepted_as_input(operation: Operation) -> None:
    """An example somebody copies has to work."""
    command = commands.get(str(operation.command))
    from_address = set(command.input_model.model_fields) - set(operation.body_schema["properties"])
    fields = {name: example_id() for name in from_address}
    command.parse_body(json.dumps({**(operation.body or {}), **fields}).encode())


def example_id() -> str:
    return "8b1f2f0e-6a53-8c1d-9f5e-2b7a4c9d1e60"
