"""The registry of kinds: two apps cannot both own a name."""

from dataclasses import replace

import pytest

from apps.kernel import kinds
from apps.metadata.core.kinds import kind_named, operation_from
from tests.core.strategies import TOY, SetMember


@pytest.fixture
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(TOY)


@pytest.mark.usefixtures("_toy")
def test_a_registered_kind_is_found_by_name() -> None:
    assert kind_named("toy") is TOY
    assert kinds.all() == (TOY,)


@pytest.mark.usefixtures("_toy")
def test_registering_a_second_kind_of_one_name_keeps_the_first() -> None:
    kinds.register(TOY)
    with pytest.raises(ValueError, match="already registered"):
        kinds.register(replace(TOY, label="other"))

    assert kinds.all() == (TOY,)


@pytest.mark.usefixtures("_toy")
def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(kinds.UnknownKind, match="no kind named 'form'"):
        kind_named("form")


@pytest.mark.usefixtures("_toy")
def test_a_stored_operation_is_read_back() -> None:
    operation = SetMember(member="m1", attribute="size", value=1)

    assert operation_from("toy", operation.type, operation.payload()) == operation
