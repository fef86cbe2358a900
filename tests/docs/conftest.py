"""The demo as a reader has it after ``make up``: a server that answers, a worker, and ``.local/demo.json``."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from apps.events.services import sweeping
from tests import database
from tests.feed import wait_for_the_feed


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """A directory in which the commands of the pages can be typed."""
    directory: Path = tmp_path_factory.mktemp("clone")
    with django_db_blocker.unblock():
        server = LiveServer("localhost:0")
        stopping = threading.Event()
        worker = threading.Thread(target=_work, args=(stopping,), daemon=True)
        try:
            with override_settings(BASE_URL=server.url):
                call_command("load_demo", file=directory / ".local" / "demo.json", verbosity=0)
            wait_for_the_feed()
            worker.start()
            yield directory
        finally:
            stopping.set()
            worker.join(30)
            server.stop()
            database.empty()


def _work(stopping: threading.Event) -> None:
    try:
        while not stopping.wait(0.1):
            sweeping.sweep(stopping=stopping.is_set)
    finally:
        connection.close()
