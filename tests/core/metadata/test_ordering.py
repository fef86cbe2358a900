"""Order keys: there is always room between two members, and nobody else is renumbered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.metadata.core.ordering import FIRST, after, between, in_order, is_order_key, spread


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 3)), max_size=60))
def test_keys_lie_strictly_between_wherever_they_are_put(inserts: list[tuple[float, int]]) -> None:
    order: list[str] = []
    for place, count in inserts:
        index = round(place * len(order))
        low = order[index - 1] if index else None
        high = order[index] if index < len(order) else None
        order[index:index] = spread(count, low, high)

    assert order == sorted(set(order))
    assert all(is_order_key(key) for key in order)


def test_inserting_always_at_one_place_keeps_its_order_and_grows_slowly() -> None:
    low, high = FIRST, after(FIRST)
    for turn in range(2_000):
        middle = between(low, high)
        assert low < middle < high
        low, high = (middle, high) if turn % 2 else (low, middle)

    assert len(low) < 700


def test_appending_and_prepending_stay_short() -> None:
    behind = before = FIRST
    for _ in range(4_000):
        behind, before = after(behind), between(None, before)

    assert max(len(behind), len(before)) == 4
    assert before < FIRST < behind


@pytest.mark.parametrize(
    ("low", "high", "key"),
    [
        (None, None, "a0"),
        ("a0", None, "a1"),
        ("az", None, "b00"),
        (None, "a0", "Zz"),
        ("a0", "a1", "a0V"),
        ("a0", "a0V", "a0G"),
        ("a1", "a3", "a2"),
        ("Zz", "a0V", "a0"),
        (None, "a0V", "a0"),
        ("b99", "b9A", "b99V"),
        (None, "A" + "0" * 26 + "V", "A" + "0" * 26 + "G"),
        ("z" * 27, None, "z" * 27 + "V"),
    ],
)
def test_known_places(low: str | None, high: str | None, key: str) -> None:
    assert between(low, high) == key


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("a1", "a1"),
        ("a2", "a1"),
        ("a", None),
        ("", None),
        ("a00", None),
        (None, "A" + "0" * 26),
        ("é1", None),
        ("0a", None),
    ],
)
def test_no_room_and_malformed_keys_are_refused(low: str | None, high: str | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the two sentences differ
        between(low, high)


def test_an_order_tie_breaks_by_id() -> None:
    members = {"b": {"order": "a1"}, "c": {"order": "a0"}, "a": {"order": "a1"}, "d": {}}

    assert [identity for identity, _ in in_order(members)] == ["d", "c", "a", "b"]
    assert spread(0) == []
