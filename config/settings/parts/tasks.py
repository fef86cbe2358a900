"""Celery: a doorbell. Jobs are rows; a message only says that there may be some."""

from __future__ import annotations

from typing import Any

from config.env import Env

SWEEP_SECONDS = 1.0
RECOVERY_SECONDS = 15.0
HEARTBEAT_KEY = "worker.heartbeat"
HEARTBEAT_SECONDS = 30


def broker_options(prefix: str) -> dict[str, Any]:
    """How to talk to the broker. A request that rings waits for a dead one a moment, not the six seconds of retries."""
    return {
        "global_keyprefix": prefix,
        "visibility_timeout": 3600,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,  # longer than a worker's own blocking read
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }


def settings(env: Env) -> dict[str, Any]:
    return {
        "CELERY_BROKER_URL": env.redis_url.text,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_TRANSPORT_OPTIONS": broker_options("ec3l:"),
        "CELERY_RESULT_BACKEND": None,
        "CELERY_RESULT_EXPIRES": None,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_DEFAULT_QUEUE": "work",
        "CELERY_TASK_ROUTES": {"events.sweep": {"queue": "sweep"}, "events.recover": {"queue": "sweep"}},
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TIMEZONE": "UTC",
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
        "CELERY_BEAT_SCHEDULE": {
            "sweep": {
                "task": "events.sweep",
                "schedule": SWEEP_SECONDS,
                # A poke nobody took within five seconds is worth nothing: the next one is already here.
                "options": {"expires": 5},
            },
            "recover": {
                "task": "events.recover",
                "schedule": RECOVERY_SECONDS,
                "options": {"expires": RECOVERY_SECONDS},
            },
        },
        "WORKER_HEARTBEAT_KEY": HEARTBEAT_KEY,
        "WORKER_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS,
    }
