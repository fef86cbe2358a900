"""What a load balancer is told, and that it is told no more than it needs."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings
from django.core.cache import cache

from config import probe

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


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_container_s_check_says_what_the_web_process_says(status, healthy):
    asked = []

    class Web(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["X-Forwarded-Proto"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            """Into the output of the tests it does not belong."""

    with HTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert probe.answers(server.server_port) is healthy
        thread.join()

    assert asked == [("/healthz", "https")]
    assert not probe.answers(server.server_port), "nobody is there any more"
