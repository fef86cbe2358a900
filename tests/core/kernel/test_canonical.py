"""Canonical JSON and ids: what would be lost is that equal content has one digest everywhere."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.canonical import (
    LINEAGE_ID_PATTERN,
    IdPart,
    NotCanonical,
    canonical_json,
    deterministic_uuid,
    digest,
    lineage_id,
)
from apps.metadata.core.content import same
from tests.core.strategies import json_values

CHANGE = UUID("0191d2f0-0000-7000-8000-000000000001")


@given(json_values)
def test_canonical_json_reads_back_as_the_same_value(value: Any) -> None:
    assert same(json.loads(canonical_json(value)), value)


@given(json_values)
def test_the_fast_way_writes_the_bytes_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), st.integers(0, 9)), st.randoms())
def test_the_order_of_keys_does_not_change_the_digest(value: dict[str, int], random: Any) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)

    assert digest(dict(shuffled)) == digest(value)


@given(json_values, json_values)
def test_values_have_one_digest_exactly_when_they_are_the_same(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == same(one, other)


def test_keys_are_sorted_by_utf_16_as_rfc_8785_says() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}

    assert list(json.loads(canonical_json(value))) == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


def test_numbers_and_text_have_the_form_of_rfc_8785() -> None:
    value = {"n": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27, -0.0, 1.0], "s": '€$\x0f\nA\'B"\\"/'}

    expected = '{"n":[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1],"s":"€$\\u000f\\nA\'B\\"\\\\\\"/"}'
    assert canonical_json(value) == expected.encode()


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30, 1.8e16, -9e20])
def test_a_whole_number_that_readers_would_round_is_refused(number: float) -> None:
    with pytest.raises(NotCanonical, match="use a string"):
        canonical_json({"deep": [number]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {"\udfff": 1}, {1: 2}, b"bytes", {1, 2}])
def test_what_json_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_json([value])


def test_nesting_without_end_is_refused() -> None:
    value: list[Any] = []
    for _ in range(50_000):
        value = [value]

    with pytest.raises(NotCanonical, match="deep"):
        canonical_json(value)
    while value:  # taken apart by hand: freeing it in one go recurses as well
        value = value.pop()


def test_a_deterministic_uuid_is_of_version_8_and_fixed_forever() -> None:
    made = deterministic_uuid("change:1", 7, CHANGE)

    assert made == UUID("174ae5f7-3b17-8d87-90a6-95acfb43b3ea")
    assert (made.version, made.variant) == (8, "specified in RFC 4122")


def test_parts_of_another_type_or_order_are_another_uuid() -> None:
    ids: list[tuple[IdPart, ...]] = [("1",), (1,), (None,), ("a", "b"), ("b", "a"), ("ab",), ()]

    made = {deterministic_uuid(*parts) for parts in ids}

    assert len(made) == 7


def test_one_instant_is_one_uuid_in_every_zone() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)

    assert deterministic_uuid(at) == deterministic_uuid(at.astimezone(timezone(timedelta(hours=5))))
    with pytest.raises(NotCanonical, match="zone"):
        deterministic_uuid(at.replace(tzinfo=None))


@given(st.uuids(), st.integers(0, 100_000), st.integers(0, 1_000))
def test_a_lineage_id_is_thirteen_readable_characters(change: UUID, sequence: int, index: int) -> None:
    made = lineage_id(change, sequence, index)

    assert len(made) == 13
    assert not set(made) - set("0123456789abcdefghjkmnpqrstvwxyz")
    assert made == lineage_id(change, sequence, index)


def test_lineage_ids_of_a_change_are_fixed_and_differ() -> None:
    made = [lineage_id(CHANGE, sequence, index) for sequence in range(100) for index in range(10)]

    assert made[:2] == ["6bz8ngep5k7s9", "x32tafm88q2tc"]
    assert len(set(made)) == 1_000
    assert LINEAGE_ID_PATTERN.startswith("^[0-9a-h")
