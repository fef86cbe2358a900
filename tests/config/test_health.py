"""What a load balancer is told, and that it is told no more than it needs."""

import time

import pytest
from django.conf import settings
from django.core.cache import cache

OK = {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"}
CLOSED = "redis://:secret@127.0.0.1:1/0"


@pytest.fixture
def heartbeat():
    def beat(age):
        cache.set(settings.WORKER_HEARTBEAT_KEY, time.time() - age)

    yield beat
    cache.delete(settings.WORKER_HEARTBEAT_KEY)


def test_alive_asks_nobody(client):
    answer = client.get("/healthz")  # no database mark: a query would fail the test

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_everything_answers(client, heartbeat):
    heartbeat(1)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": OK})


@pytest.mark.django_db
def test_no_worker_means_not_ready(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {**OK, "worker": "no worker was seen"}


@pytest.mark.django_db
def test_a_worker_that_stopped_means_not_ready(client, heartbeat):
    heartbeat(settings.WORKER_HEARTBEAT_SECONDS + 5)

    assert client.get("/readyz").json()["checks"]["worker"] == "no worker was seen lately"


@pytest.mark.django_db
def test_an_unreachable_broker_is_named_without_its_address(client, heartbeat, settings):
    heartbeat(1)
    settings.CELERY_BROKER_URL = CLOSED

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]) == (503, {**OK, "broker": "unreachable"})
    assert b"127.0.0.1" not in answer.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405
