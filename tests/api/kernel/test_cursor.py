"""Cursors are signed and bound. A cursor that could be forged or moved would read another tenant's sort keys."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.api.paging import InvalidCursor, binding, limit_of, page
from apps.kernel.errors import InvalidInput

ACME, GLOBEX = UUID("7333acd2-1cda-43f4-82b9-bb8af6b690c9"), UUID("d99f4520-6342-4013-84b7-8ee68730af18")


def bound(tenant: object = ACME, path: str = "/api/v1/things", **filters: str) -> str:
    return binding(tenant, path, filters)  # type: ignore[arg-type]


def first_cursor() -> str:
    cursor = page(range(10), (), 4, None, bound()).next_cursor
    assert cursor is not None
    return cursor


@pytest.mark.parametrize("other", [bound(GLOBEX), bound(path="/api/v1/others"), bound(status="Draft"), bound(None)])
def test_a_cursor_of_another_tenant_address_or_filter_is_refused(other: str) -> None:
    with pytest.raises(InvalidCursor):
        page(range(10), (), 4, first_cursor(), other)


def test_a_cursor_of_a_former_key_goes_on_until_the_key_is_forgotten(settings: Any) -> None:
    cursor = first_cursor()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-that-is-long-enough-to-be-one"
    settings.SECRET_KEY_FALLBACKS = [former]
    assert page(range(10), (), 4, cursor, bound()).rows == [4, 5, 6, 7]

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidCursor):
        page(range(10), (), 4, cursor, bound())


@pytest.mark.parametrize("place", range(0, 26, 3))
def test_a_changed_cursor_is_refused(place: int) -> None:
    cursor = first_cursor()
    place %= len(cursor)
    changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    with pytest.raises(InvalidCursor):
        page(range(10), (), 4, changed, bound())


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        page(range(10), (), 4, text, bound())


@given(st.integers(0, 60), st.integers(1, 20))
def test_pages_of_a_sequence_show_each_row_once(length: int, limit: int) -> None:
    seen: list[int] = []
    cursor = None
    while True:
        shown = page(range(length), (), limit, cursor, bound())
        seen += shown.rows
        cursor = shown.next_cursor
        if cursor is None:
            break
    assert seen == list(range(length))


@pytest.mark.parametrize(("text", "limit"), [(None, 50), ("1", 1), ("200", 200)])
def test_limit(text: str | None, limit: int) -> None:
    assert limit_of(text) == limit


@pytest.mark.parametrize("text", ["0", "201", "-1", "", "x", "1.0", "٣", "1000", "+1", " 1"])
def test_a_limit_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        limit_of(text)
