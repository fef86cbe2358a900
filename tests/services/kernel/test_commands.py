"""The registry: a command's input, target and documentation come from its service and nothing else."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from pydantic import Field

from apps.kernel import commands
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import InvalidInput
from apps.kernel.scope import Actor


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, commands.Command]:
    """An empty registry, so that the example does not become part of the product."""
    empty: dict[str, commands.Command] = {}
    monkeypatch.setattr(commands, "_registry", empty)
    return empty


def example(
    thing_id: UUID,
    *,
    count: Annotated[int, Field(ge=1)],
    since: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Count a thing.

    Raises nothing.
    """


def registered(**options: object) -> commands.Command:
    command("thing.count", safety=Safety.READ, **options)(example)  # type: ignore[arg-type]
    return commands.get("thing.count")


def test_a_command_takes_its_input_and_documentation_from_its_service(registry: dict) -> None:
    made = registered()

    assert sorted(made.input_model.model_fields) == ["count", "since"]
    assert made.takes_target
    assert made.passes == {"actor", "at"}
    assert (made.summary, made.description) == ("Count a thing.", "Raises nothing.")
    assert made.agents is Agents.ALLOWED


def test_a_body_is_read_strictly_so_that_a_boolean_is_no_number(registry: dict) -> None:
    made = registered()

    assert made.parse_body(b'{"count": 3, "since": "2026-01-02T03:04:05Z"}') == {
        "count": 3,
        "since": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    for body in (
        b'{"count": true}',
        b'{"count": "3"}',
        b'{"count": 0}',
        b'{"count": 1, "tenant_id": "x"}',
        b"[]",
        b"{",
    ):
        with pytest.raises(InvalidInput):
            made.parse_body(body)


def test_every_fault_of_a_body_is_listed_with_its_path_and_without_its_value(registry: dict) -> None:
    with pytest.raises(InvalidInput) as refused:
        registered().parse_body(b'{"count": "secret", "extra": 1}')

    errors = refused.value.details["errors"]
    assert [error["path"] for error in errors] == ["/count", "/extra"]
    assert "secret" not in str(errors)


def test_a_form_may_send_text_where_a_body_may_not(registry: dict) -> None:
    assert registered().parse_values({"count": "3"}) == {"count": 3, "since": None}


def test_a_name_is_registered_once_and_every_command_is_documented(registry: dict) -> None:
    registered()
    with pytest.raises(RuntimeError, match="twice"):
        registered()

    def undocumented(*, at: datetime) -> None: ...

    with pytest.raises(RuntimeError, match="docstring"):
        command("thing.other", safety=Safety.READ)(undocumented)


def test_a_command_without_a_safety_class_cannot_be_registered(registry: dict) -> None:
    """AT-023"""
    with pytest.raises(TypeError):
        command("thing.count")(example)  # type: ignore[call-arg]


def test_the_service_stays_a_plain_function(registry: dict) -> None:
    made = registered()
    assert made.function is example
    example(uuid4(), count=1, actor=Actor(uuid4(), "human", "ada", "Ada"), at=datetime.now(UTC))
