"""Log lines with the correlation id: JSON for machines, columns for people."""

from __future__ import annotations

import logging
from typing import Any

import structlog

from config.env import Env


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,  # correlation_id, tenant, actor: bound by the edges
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_objects,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _without_objects(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Django hands the whole request to its log lines; what a reader wants of it is in the text."""
    event.pop("request", None)
    return event


def _worth_a_line(record: logging.LogRecord) -> bool:
    """Not being ready is the answer of the readiness check, not an error of it; its reason is logged by itself."""
    return getattr(getattr(record, "request", None), "path", "") != "/readyz"


def _renderer(env: Env) -> list[structlog.typing.Processor]:
    if env.log_format == "console":
        plain = structlog.dev.plain_traceback  # the rich one shows locals
        return [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)]
    # Frames come without their locals: those hold tokens, bodies and passwords.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer(sort_keys=True)]


def settings(env: Env) -> dict[str, Any]:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(capture=True)
    return {
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _shared(),
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        *_renderer(env),
                    ],
                }
            },
            "filters": {"worth_a_line": {"()": "django.utils.log.CallbackFilter", "callback": _worth_a_line}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": env.log_level},
            "loggers": {
                "django.server": {"handlers": [], "propagate": True},
                "django.request": {"filters": ["worth_a_line"]},
                "axes": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                # A sweep a second is no news; what it did is in the events and the job rows.
                "celery.app.trace": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
            },
        }
    }
