"""The Celery application. Tasks are found in each app's ``tasks.py``."""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django.conf import settings

from config.env import select_settings
from config.forks import forget_connections

select_settings("config.settings.prod")

app = Celery("ec3l")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Django configured logging already; a listener here keeps Celery from replacing it."""
    assert settings.LOGGING


@worker_process_init.connect
def begin_with_an_empty_pool(**_: Any) -> None:
    forget_connections()
