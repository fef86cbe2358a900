"""One correlation id for everything a request causes: answer, log lines, events, jobs and outgoing calls."""

import re
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

HEADER = "X-Correlation-Id"
_META = "HTTP_X_CORRELATION_ID"
_ATTRIBUTE = "correlation_id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def correlation_id_of(request: HttpRequest) -> str:
    """The caller's id when it is a sane token of 8 to 64 characters, else a new UUID; fixed per request."""
    known: str | None = getattr(request, _ATTRIBUTE, None)
    if known is None:
        sent = request.META.get(_META, "")
        known = sent if _SANE.fullmatch(sent) else str(uuid4())
        setattr(request, _ATTRIBUTE, known)
    return known


class CorrelationIdMiddleware:
    """Gives every request its id, every log line of it too, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        correlation_id = correlation_id_of(request)
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            response = self.get_response(request)
        response[HEADER] = correlation_id
        return response
