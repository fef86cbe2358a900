"""When something may happen: hours on days of the week in a time zone, and when they open next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.policies.core.vocabulary import DAYS

#: How far ahead an opening is looked for. Windows that never overlap are found closed for good.
HORIZON = timedelta(days=366)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from ``opens`` until ``closes`` local time on each of ``days``.

    Hours that close at or before they open end on the next day; equal ones are the whole day.
    """

    timezone: str = "UTC"
    days: tuple[str, ...] = DAYS
    opens: str = "00:00"
    closes: str = "00:00"

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Window":
        return cls(
            timezone=stored.get("timezone", "UTC"),
            days=tuple(day for day in DAYS if day in stored.get("days", DAYS)),
            opens=stored["opens"],
            closes=stored["closes"],
        )

    def as_dict(self) -> dict[str, Any]:
        return {"timezone": self.timezone, "days": list(self.days), "opens": self.opens, "closes": self.closes}

    def text(self) -> str:
        days = "every day" if self.days == DAYS else ", ".join(self.days)
        return f"{self.opens} to {self.closes} {self.timezone}, {days}"

    def is_open(self, at: datetime) -> bool:
        return any(opening <= at < closing for opening, closing in self._around(at, days=2))

    def next_opening(self, at: datetime) -> datetime:
        """``at`` where it is open, otherwise the instant it opens next."""
        if self.is_open(at):
            return at
        return next(opening for opening, _ in self._around(at, days=16) if opening > at)

    def _around(self, at: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The openings and closings, as instants, of the days from yesterday on."""
        zone = ZoneInfo(self.timezone)
        opens, closes = time.fromisoformat(self.opens), time.fromisoformat(self.closes)
        first = at.astimezone(zone).date() - timedelta(days=1)
        for offset in range(days):
            day = first + timedelta(days=offset)
            if DAYS[day.weekday()] not in self.days:
                continue
            last = day + timedelta(days=1) if closes <= opens else day
            opening = datetime.combine(day, opens, zone).astimezone(UTC)
            closing = datetime.combine(last, closes, zone).astimezone(UTC)
            # Hours that a change of the clocks leaves out are no opening.
            if opening < closing:
                yield opening, closing


def all_open(windows: Iterable[Window], at: datetime) -> bool:
    """Whether every window is open; without one it always is."""
    return all(window.is_open(at) for window in windows)


def next_opening(windows: Iterable[Window], at: datetime) -> datetime | None:
    """The first instant from ``at`` on at which every window is open; None where there is none within a year."""
    asked = tuple(windows)
    instant = at
    while instant - at <= HORIZON:
        later = max((window.next_opening(instant) for window in asked), default=instant)
        if later == instant:
            return instant
        instant = later
    return None
