"""When a request for approval reminds, escalates and expires."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

REMIND_AFTER: Final = timedelta(days=1)
ESCALATE_AFTER: Final = timedelta(days=2)
DEADLINE: Final = timedelta(days=7)
SHORTEST_HOURS: Final = 1
LONGEST_HOURS: Final = 24 * 365


class Clocks(NamedTuple):
    """Three times in the order they come."""

    remind_at: datetime
    escalate_at: datetime
    due_at: datetime


def span_of(deadline_hours: int | None) -> timedelta:
    """How long people have: the usual time, or the hours a policy names, within reason."""
    if deadline_hours is None:
        return DEADLINE
    return timedelta(hours=min(max(deadline_hours, SHORTEST_HOURS), LONGEST_HOURS))


def clocks(asked_at: datetime, span: timedelta = DEADLINE) -> Clocks:
    """Those of a request asked at that time.

    A deadline that is shorter than usual moves the reminder and the escalation to its first and its second third, when
    they would come later than that.
    """
    return Clocks(
        asked_at + min(REMIND_AFTER, span / 3),
        asked_at + min(ESCALATE_AFTER, span * 2 / 3),
        asked_at + span,
    )
