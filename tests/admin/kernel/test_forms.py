"""What would be lost: that every input of a command can be asked for, and that nothing typed gets lost."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from django import forms
from pydantic import BaseModel, Field, SecretStr

from apps.kernel.admin.forms import InputForm, form_for
from apps.kernel.errors import Conflict, InvalidInput


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inside(BaseModel):
    path: str


class Every(BaseModel):
    """One of each type that a command may ask for."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    size: Literal["small", "large"] = "small"
    colour: Colour | None = None
    count: int | None = None
    share: float = 0.5
    active: bool = True
    maybe: bool | None = None
    owner_id: UUID | None = None
    tags: list[str] = []
    roles: list[str] = []
    payload: dict[str, Any] = {}
    inside: Inside | None = None
    password: SecretStr | None = None


def form(data: dict[str, Any] | None = None, **rest: Any) -> InputForm:
    def options(name: str) -> Any:
        return [("Admin", "Admin"), ("Viewer", "Viewer")] if name == "roles" else None

    return form_for(Every, options=options)(data, **rest)


def test_each_type_has_its_field() -> None:
    kinds = {name: type(field).__name__ for name, field in form().fields.items()}

    assert kinds == {
        "title": "CharField",
        "description": "CharField",
        "size": "ChoiceField",
        "colour": "ChoiceField",
        "count": "IntegerField",
        "share": "DecimalField",
        "active": "BooleanField",
        "maybe": "ChoiceField",
        "owner_id": "CharField",
        "tags": "Lines",
        "roles": "MultipleChoiceField",
        "payload": "Json",
        "inside": "Json",
        "password": "CharField",
    }
    assert [name for name, field in form().fields.items() if field.required] == ["title"]


def test_what_was_left_empty_is_left_out() -> None:
    filled = form({"title": "Chair", "size": "large"})

    assert filled.is_valid()
    assert filled.inputs() == {"title": "Chair", "size": "large", "active": False}


def test_what_was_filled_in_is_sent_as_its_type() -> None:
    data = {"title": "Chair", "size": "small", "count": "3", "active": "on", "maybe": "false", "tags": "a\n\n b ",
            "roles": ["Viewer"], "payload": '{"a": [1]}', "inside": '{"path": "x"}'}  # fmt: skip
    filled = form(data)

    assert filled.is_valid(), filled.errors
    assert filled.inputs() == {
        "title": "Chair", "size": "small", "count": 3, "active": True, "maybe": "false", "tags": ["a", "b"],
        "roles": ["Viewer"], "payload": {"a": [1]}, "inside": {"path": "x"},
    }  # fmt: skip
    assert Every.model_validate(filled.inputs()).maybe is False


def test_emptying_what_held_something_clears_it() -> None:
    """A form that shows present values means its empty fields."""
    emptied = form(
        {"title": "Chair", "size": "small", "count": "", "description": ""},
        initial={"count": 4, "description": "old", "title": "Chair"},
    )

    assert emptied.is_valid()
    assert emptied.inputs() == {"title": "Chair", "size": "small", "count": None, "description": "", "active": False}


@pytest.mark.parametrize("path", ["/title", "title", "/definition/title"])
def test_a_fault_stands_beside_its_field(path: str) -> None:
    filled = form({"title": "Chair", "size": "small"})
    filled.is_valid()
    filled.refuse(InvalidInput(errors=[{"path": path, "message": "Too short."}]))

    assert filled.errors["title"] == ["Too short."]


def test_a_regular_expression_is_not_shown_to_people() -> None:
    filled = form({"title": "Chair", "size": "small"})
    filled.is_valid()
    filled.refuse(InvalidInput(errors=[{"path": "/title", "message": "String should match pattern '^[a-z]+$'"}]))

    assert filled.errors["title"] == ["This does not have the expected form."]


def test_a_refusal_without_a_field_stands_above_the_form() -> None:
    filled = form({"title": "Chair", "size": "small"})
    filled.is_valid()
    filled.refuse(Conflict("The chair is taken."))

    assert filled.non_field_errors() == ["The chair is taken."]


def test_json_that_is_none_says_where() -> None:
    filled = form({"title": "Chair", "size": "small", "payload": "{"})

    assert not filled.is_valid()
    assert "not valid JSON: line 1, column 2" in filled.errors["payload"][0]


@pytest.mark.parametrize("typed", ['{"a": NaN}', '{"a": 1e400}', '{"a": "\\u0000"}', '{"\\ud800": 1}', "[" * 100_000])
def test_json_beyond_the_limits_of_a_body_is_refused_beside_its_field(typed: str) -> None:
    """No database stores it, and no reader of the answer would read it back."""
    filled = form({"title": "Chair", "size": "small", "payload": typed})

    assert not filled.is_valid()
    assert set(filled.errors) == {"payload"}


def test_hidden_inputs_travel_along() -> None:
    made = form_for(Every, hidden=["title"])()

    assert isinstance(made.fields["title"].widget, forms.HiddenInput)
