"""Which value fits which field, and which attribute fits which type."""

from typing import Any

import pytest

from apps.types.core.fields import FIELD_TYPES, FITS, FieldContent, merged, problems_of, sparse
from apps.types.core.patterns import PatternError, compile_pattern, matches
from apps.types.core.values import misfit

RECORD = "7b1c7a0e-3f0e-4a53-9a59-0d8f3f9b7c11"


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"type": "string", "max_length": 3}, "abc"),
        ({"type": "string", "pattern": "[a-z]+"}, "abc"),
        ({"type": "text"}, "two\nlines"),
        ({"type": "number"}, 1.5),
        ({"type": "number", "min": 0, "max": 2, "scale": 1}, 1.5),
        ({"type": "number", "scale": 0}, 2.0),
        ({"type": "boolean"}, False),
        ({"type": "date"}, "2028-02-29"),
        ({"type": "datetime"}, "2026-05-31T08:30:00Z"),
        ({"type": "datetime"}, "2026-05-31T08:30:00+02:00"),
        ({"type": "choice"}, "new"),
        ({"type": "choice", "multiple": True}, ["new", "done"]),
        ({"type": "reference"}, RECORD),
        ({"type": "reference", "multiple": True}, []),
    ],
)
def test_a_fitting_value_fits(definition: dict[str, Any], value: Any) -> None:
    assert misfit(value, definition) is None


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"type": "string", "max_length": 3}, "abcd"),
        ({"type": "string"}, "two\nlines"),
        ({"type": "string"}, 5),
        ({"type": "string"}, "nul\x00"),
        ({"type": "string", "pattern": "[a-z]+"}, "abc1"),
        ({"type": "number"}, True),
        ({"type": "number"}, "1"),
        ({"type": "number"}, float("inf")),
        ({"type": "number"}, 2**53),
        ({"type": "number", "min": 1}, 0),
        ({"type": "number", "max": 1}, 2),
        ({"type": "number", "scale": 1}, 0.25),
        ({"type": "boolean"}, 1),
        ({"type": "date"}, "2027-02-29"),
        ({"type": "date"}, "20260531"),
        ({"type": "date"}, 5),
        ({"type": "datetime"}, "2026-05-31T08:30:00"),
        ({"type": "datetime"}, "soon"),
        ({"type": "choice"}, ""),
        ({"type": "choice", "multiple": True}, "new"),
        ({"type": "choice", "multiple": True}, ["new", "new"]),
        ({"type": "choice", "multiple": True}, ["new", 1]),
        ({"type": "choice", "multiple": True}, [str(number) for number in range(1_001)]),
        ({"type": "reference"}, "someone"),
        ({"type": "reference"}, RECORD.upper()),
        ({"type": "unheard of"}, "x"),
    ],
)
def test_a_misfit_has_a_reason(definition: dict[str, Any], value: Any) -> None:
    assert misfit(value, definition)


def test_the_eight_types_and_no_other() -> None:
    """EC-ENUM-013, EC-INV-D8."""
    assert set(FIELD_TYPES) == {"string", "number", "boolean", "date", "datetime", "reference", "choice", "text"}
    assert [problem.code for problem in problems_of({"type": "integer"})] == ["INVALID_FIELD_TYPE"]


def test_every_attribute_says_which_types_it_fits() -> None:
    assert set(FITS) == set(FieldContent.model_fields) - {"name", "type", "order"}
    assert all(types <= set(FIELD_TYPES) and types for types in FITS.values())


@pytest.mark.parametrize("pattern", ["(?=x)", r"(a)\1", "(", "a{2000}"])
def test_patterns_that_cannot_run_in_linear_time_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


def test_a_hostile_pattern_runs_in_linear_time() -> None:
    assert not matches("(a+)+b", "a" * 100_000)


def test_what_says_nothing_is_left_out_but_a_default_of_false_speaks() -> None:
    """Equal definitions are equal bytes."""
    assert sparse({"type": "text", "label": "", "required": False, "min": 0, "default": None}) == {
        "type": "text",
        "min": 0,
    }
    assert sparse({"default": False}) == {"default": False}
    assert merged({"type": "text", "label": "A", "min": 1}, {"label": None, "min": 0}) == {"type": "text", "min": 0}


def test_every_fault_of_a_field_is_named_at_once() -> None:
    definition = {"type": "choice", "min": 1, "unique": True, "multiple": True, "default": "x"}
    assert [(problem.code, problem.attribute) for problem in problems_of(definition)] == [
        ("ATTRIBUTE_NOT_FITTING", "min"),
        ("ATTRIBUTE_MISSING", "choice_list"),
        ("ATTRIBUTE_NOT_FITTING", "unique"),
        ("DEFAULT_NOT_FITTING", "default"),
    ]
