"""One beat ticks, however many run, and another takes over when it goes."""

import pytest
from django.db import connection

from config.beat import LOCK, LeaderScheduler
from config.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def beats():
    made = [LeaderScheduler(app, lazy=True) for _ in range(2)]
    yield made
    for beat in made:
        beat.close()


def end_session_of_the_leader():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
            " AND ((classid::bigint << 32) | objid::bigint) = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())",
            [LOCK],
        )
        assert cursor.fetchall() == [(True,)]


def test_only_one_of_two_beats_leads(beats):
    first, second = beats

    assert [first._leads(), second._leads(), first._leads()] == [True, False, True]


def test_a_follower_leads_once_the_leader_is_gone(beats):
    first, second = beats
    first._leads()

    first.close()

    assert second._leads()


def test_a_leader_that_lost_its_connection_stops_ticking_before_it_asks_again(beats):
    first, second = beats
    first._leads()
    end_session_of_the_leader()

    assert not first._leads()
    assert second._leads()
    assert not first._leads()


def test_a_follower_sends_nothing(beats, monkeypatch):
    first, second = beats
    first._leads()
    second.setup_schedule()

    assert second.tick() == 1.0
    assert all(entry.total_run_count == 0 for entry in second.schedule.values())


def test_the_schedule_holds_pokes_that_expire_before_they_pile_up():
    schedule = app.conf.beat_schedule

    assert {entry["task"]: entry["schedule"] for entry in schedule.values()} == {
        "events.sweep": 1.0,
        "events.recover": 15.0,
    }
    assert all(entry["options"]["expires"] <= 15 for entry in schedule.values())
