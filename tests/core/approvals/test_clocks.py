"""When a request reminds, escalates and expires."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.approvals.core.clocks import clocks, span_of

AT = datetime(2030, 1, 1, tzinfo=UTC)


@given(st.none() | st.integers(-5, 100_000))
def test_the_clocks_strike_in_order_and_after_the_question(hours: int | None) -> None:
    remind_at, escalate_at, due_at = clocks(AT, span_of(hours))

    assert AT < remind_at < escalate_at < due_at


def test_without_a_policy_people_have_a_week() -> None:
    assert clocks(AT) == (AT + timedelta(days=1), AT + timedelta(days=2), AT + timedelta(days=7))


def test_a_short_deadline_brings_the_reminder_forward() -> None:
    assert clocks(AT, span_of(3)) == (AT + timedelta(hours=1), AT + timedelta(hours=2), AT + timedelta(hours=3))


@given(st.none() | st.integers(1, 1000))
def test_a_question_asked_again_keeps_its_span(hours: int | None) -> None:
    due_at = clocks(AT, span_of(hours)).due_at

    assert clocks(AT, due_at - AT) == clocks(AT, span_of(hours))
