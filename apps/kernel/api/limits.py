"""How much one caller may send: the size and type of a body, and requests per window where a limit is set."""

import hashlib
import time

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from redis import RedisError
from rest_framework.exceptions import UnsupportedMediaType

from apps.kernel.body import MAX_BYTES
from apps.kernel.errors import InvalidInput, PayloadTooLarge, TooManyRequests

log = structlog.get_logger(__name__)

_KEY_LENGTH = 255


def read_body(request: HttpRequest) -> bytes:
    """The raw body: 413 beyond 1 MiB (before reading it), 415 unless it is JSON. No body needs no type."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise InvalidInput
    if int(length) > MAX_BYTES:
        raise PayloadTooLarge(limit=MAX_BYTES)
    # One byte more than allowed tells a chunked body that is too long.
    raw: bytes = request.read(MAX_BYTES + 1) if int(length) or "HTTP_TRANSFER_ENCODING" in request.META else b""
    if len(raw) > MAX_BYTES:
        raise PayloadTooLarge(limit=MAX_BYTES)
    if raw:
        content_type = request.META.get("CONTENT_TYPE", "")
        kind, _semicolon, parameters = content_type.partition(";")
        charset = parameters.strip().lower().replace('"', "")
        if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
            raise UnsupportedMediaType(content_type)
    return raw


def idempotency_key(request: HttpRequest) -> str | None:
    """The ``Idempotency-Key``: 1 to 255 printable ASCII characters."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None:
        return None
    if not key or len(key) > _KEY_LENGTH or not key.isascii() or not key.isprintable():
        message = _("Send 1 to 255 printable ASCII characters.")
        raise InvalidInput(errors=[{"path": "Idempotency-Key", "message": message}])
    return key


def check_rate(caller: str) -> None:
    """Count a request of the caller; :class:`TooManyRequests` beyond ``API_RATE_LIMIT`` (requests, seconds).

    Without the cache nothing is counted and nobody is refused.
    """
    limit: tuple[int, int] | None = getattr(settings, "API_RATE_LIMIT", None)
    if limit is None:
        return
    requests, seconds = limit
    now = time.time()
    window = int(now // seconds)
    name = f"api-rate:{hashlib.sha256(caller.encode()).hexdigest()[:32]}:{window}"
    try:
        cache.add(name, 0, timeout=seconds * 2)
        counted = cache.incr(name)
    except (RedisError, ValueError) as gone:  # unreachable, or wiped between the two: who waits for it serves nobody
        log.warning("rate.not_counted", error=str(gone))
        return
    if counted > requests:
        raise TooManyRequests(retry_after=int((window + 1) * seconds - now) + 1)
