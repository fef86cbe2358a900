"""Time windows: open or not, and when next (XY-090)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies.core.windows import Window, all_open, next_opening
from tests.core.policies.strategies import windows

moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
made = windows.map(Window.from_dict)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = Window("Europe/Vienna", ("mon", "tue", "wed", "thu", "fri"), "08:00", "17:00")
NIGHT = Window("UTC", ("fri",), "22:00", "04:00")


@pytest.mark.parametrize(
    ("window", "moment", "opens"),
    [
        (OFFICE, "2026-11-20T07:00", "2026-11-20T07:00"),  # Friday, eight in Vienna
        (OFFICE, "2026-11-20T06:59", "2026-11-20T07:00"),
        (OFFICE, "2026-11-20T16:00", "2026-11-23T07:00"),  # closed at the stroke; Monday
        (OFFICE, "2026-07-03T14:59", "2026-07-03T14:59"),  # summer time
        (OFFICE, "2026-07-03T15:00", "2026-07-06T06:00"),
        (NIGHT, "2026-11-21T03:59", "2026-11-21T03:59"),  # Saturday, still Friday's night
        (NIGHT, "2026-11-21T04:00", "2026-11-27T22:00"),
        (Window(), "2026-11-21T04:00", "2026-11-21T04:00"),
        # The clocks go from two to three on that Sunday: the hour is left out, and comes a week later.
        (Window("Europe/Vienna", ("sun",), "02:30", "03:15"), "2026-03-29T00:00", "2026-04-05T00:30"),
    ],
)
def test_a_window_opens_next(window: Window, moment: str, opens: str) -> None:
    assert window.next_opening(at(moment)) == at(opens)


@given(made, moments)
def test_a_window_is_open_at_its_next_opening_and_closed_until_then(window: Window, moment: datetime) -> None:
    opening = window.next_opening(moment)
    assert opening >= moment
    assert window.is_open(opening)
    if opening > moment:
        assert not window.is_open(moment)
        assert not window.is_open(opening - timedelta(seconds=1))


@given(st.lists(made, max_size=3), moments)
def test_several_windows_open_when_all_of_them_do(several: list[Window], moment: datetime) -> None:
    opening = next_opening(several, moment)
    if opening is None:
        return
    assert all_open(several, opening)
    assert (opening == moment) is all_open(several, moment)


def test_windows_that_never_overlap_never_open() -> None:
    monday, tuesday = Window(days=("mon",)), Window(days=("tue",))
    assert next_opening([monday, tuesday], at("2026-11-21T04:00")) is None


@given(windows)
def test_a_stored_window_is_read_back_as_it_was(stored: dict[str, Any]) -> None:
    window = Window.from_dict(stored)
    assert Window.from_dict(window.as_dict()) == window
