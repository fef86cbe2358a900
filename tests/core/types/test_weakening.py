"""EC-EXE-026 to 030, EC-INV-E7: what a derived type may say of an inherited field."""

import itertools
from typing import Any

import pytest

from apps.metadata.core.operations import Context, Refusal
from apps.types.core.field_operations import SetField
from apps.types.core.fields import FieldContent
from apps.types.core.inheritance import effective_fields
from apps.types.core.record_type import FieldOverride
from apps.types.core.weakening import OVERRIDABLE, TABLE, allows, weakened
from tests.core.types.documents import identity

SAMPLES: dict[str, tuple[Any, ...]] = {
    "name": ("a", "b"),
    "type": ("string", "text"),
    "order": ("a0", "a1"),
    "label": (None, "", "A", "B"),
    "description": (None, "", "A"),
    "default": (None, False, 0, "x"),
    "required": (None, False, True),
    "max_length": (None, 1, 5, 9),
    "pattern": (None, "a", "b"),
    "min": (None, -1, 0, 1.5),
    "max": (None, -1, 0, 1.5),
    "scale": (None, 0, 2),
    "multiple": (None, False, True),
    "unique": (None, False, True),
    "indexed": (None, False, True),
    "choice_list": ("a", "b"),
    "references": ("a", "b"),
    "personal_data": (None, "personal", "sensitive"),
}

TIGHTER = [
    ("required", None, True),
    ("required", False, True),
    ("max_length", 50, 20),
    ("max_length", None, 20),
    ("min", 0, 1),
    ("max", 9, 8),
    ("scale", 4, 2),
    ("pattern", None, "[a-z]+"),
    ("unique", None, True),
    ("indexed", None, True),
    ("personal_data", None, "personal"),
    ("personal_data", "personal", "sensitive"),
    ("label", "A", "B"),
    ("description", "A", None),
    ("default", "a", "b"),
]
WEAKER = [
    ("type", "string", "text"),
    ("name", "a", "b"),
    ("order", "a0", "a1"),
    ("required", True, False),
    ("required", True, None),
    ("max_length", 20, 50),
    ("max_length", 20, None),
    ("min", 1, 0),
    ("min", 1, None),
    ("max", 8, 9),
    ("max", 8, None),
    ("scale", 2, 4),
    ("pattern", "[a-z]+", None),
    ("pattern", "[a-z]+", "[a-z]"),
    ("unique", True, False),
    ("indexed", True, None),
    ("multiple", None, True),
    ("multiple", True, None),
    ("choice_list", "priority", "impact"),
    ("references", "user", "group"),
    ("personal_data", "sensitive", "personal"),
    ("personal_data", "personal", None),
]


def test_the_table_has_a_row_for_every_attribute_and_no_other() -> None:
    """An attribute without a row could be weakened unseen."""
    assert set(TABLE) == set(FieldContent.model_fields)
    assert set(SAMPLES) == set(TABLE)
    assert set(FieldOverride.model_fields) == OVERRIDABLE


@pytest.mark.parametrize(("attribute", "inherited", "wanted"), TIGHTER)
def test_a_derived_type_may_promise_more(attribute: str, inherited: Any, wanted: Any) -> None:
    assert allows(attribute, inherited, wanted)


@pytest.mark.parametrize(("attribute", "inherited", "wanted"), WEAKER)
def test_a_derived_type_may_not_promise_less(attribute: str, inherited: Any, wanted: Any) -> None:
    """EC-EXE-027, EC-EDGE-03."""
    assert not allows(attribute, inherited, wanted)


@pytest.mark.parametrize("attribute", sorted(TABLE))
def test_saying_the_same_is_allowed_and_tightenings_compose(attribute: str) -> None:
    """Without this a chain of three types could weaken in two steps what one step refuses."""
    values = SAMPLES[attribute]
    assert all(allows(attribute, value, value) for value in values)
    for one, two, three in itertools.product(values, repeat=3):
        if allows(attribute, one, two) and allows(attribute, two, three):
            assert allows(attribute, one, three), (one, two, three)


@pytest.mark.parametrize("attribute", sorted(TABLE))
@pytest.mark.parametrize("garbage", [[], {}, object(), "?", float("nan")])
def test_garbage_is_judged_and_not_raised(attribute: str, garbage: Any) -> None:
    assert allows(attribute, garbage, garbage) in (True, False)
    assert allows(attribute, garbage, None) in (True, False)
    assert weakened({attribute: garbage}, {"unheard_of": 1}) == ("unheard_of",)


BASE = {
    "name": "Task",
    "status": "active",
    "fields": {
        identity(1): {"name": "title", "type": "string", "order": "a0", "required": True, "max_length": 40},
        identity(2): {"name": "owner", "type": "reference", "order": "a1", "references": "user"},
    },
}
DERIVED = {"name": "Incident", "status": "active", "base_type": "task", "fields": {}}
CHAIN = Context(chain=(DERIVED, BASE))  # the grandparent owns the fields
GRANDCHILD = {"name": "Outage", "status": "active", "base_type": "incident", "fields": {}}


def setting(number: int, name: str, **definition: Any) -> SetField:
    return SetField(field=identity(number), name=name, definition=definition)


@pytest.mark.parametrize(
    ("number", "name", "definition"),
    [
        (1, "title", {"required": False}),
        (1, "title", {"required": None}),
        (1, "title", {"type": "text"}),
        (1, "title", {"max_length": 80}),
        (2, "owner", {"references": "group"}),
        (2, "owner", {"multiple": True}),
    ],
)
def test_weakening_what_a_grandparent_promises_is_refused(number: int, name: str, definition: dict[str, Any]) -> None:
    """EC-EXE-026, EC-EXE-028, EC-EDGE-03: protection compares with the inherited definition, however far away."""
    with pytest.raises(Refusal) as refused:
        setting(number, name, **definition).apply(GRANDCHILD, CHAIN)
    assert refused.value.code == "PROTECTED_FIELD"


def test_tightening_writes_an_override_and_leaves_the_base_alone() -> None:
    """EC-EXE-018: omitting ``required`` is no weakening; false to true is allowed."""
    tightened = setting(1, "title", max_length=20).apply(GRANDCHILD, CHAIN)
    assert tightened["overrides"] == {identity(1): {"max_length": 20}}
    assert tightened["fields"] == {}
    effective = effective_fields(tightened, CHAIN.chain)[identity(1)]
    assert effective.definition["required"] is True
    assert effective.definition["max_length"] == 20
    assert effective.depth == 2
    assert effective.overridden == {"max_length"}


def test_saying_what_the_base_says_leaves_no_trace() -> None:
    """Equal meaning, equal digest."""
    tightened = setting(1, "title", max_length=20).apply(GRANDCHILD, CHAIN)
    assert setting(1, "title", max_length=40, required=True).apply(tightened, CHAIN) == GRANDCHILD


def test_a_type_between_may_tighten_and_binds_those_below() -> None:
    between = setting(1, "title", max_length=20).apply(DERIVED, Context(chain=(BASE,)))
    with pytest.raises(Refusal):
        setting(1, "title", max_length=30).apply(GRANDCHILD, Context(chain=(between, BASE)))
