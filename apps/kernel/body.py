"""The limits every JSON body keeps, whoever sent it.

``check_body`` looks at the bytes first and parses only what looks suspicious, so an ordinary body costs microseconds.
The numbers are those of the REST contract; I-JSON (RFC 7493) gives the bounds of integers.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext as _

from apps.kernel.errors import InvalidInput, PayloadTooLarge

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_KEYS = 10_000
MAX_INTEGER = 2**53 - 1

# Anything that could hide NaN, an infinite or unsafe number, NUL or a lone surrogate.
_SUSPICIOUS = re.compile(rb"NaN|Infinity|[0-9][eE]|[0-9]{16}|[0-9]{300}\.|\\u0000|\\u[dD][89a-fA-F]|\x00")
# The closing quote may be missing: a search that fails begins anew at every quote, which a body of a mebibyte of them
# makes a matter of hours.
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)


def check_body(raw: bytes) -> None:
    """Refuse a body beyond the limits: :class:`PayloadTooLarge`, or :class:`InvalidInput` with the reason."""
    if len(raw) > MAX_BYTES:
        raise PayloadTooLarge(limit=MAX_BYTES)
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(raw)
    if raw.count(b":") > MAX_KEYS or _SUSPICIOUS.search(raw):
        _walk(_parse(raw))


def parse_body(raw: bytes) -> dict[str, Any]:
    """The JSON object in a body that keeps the limits; an empty body is an empty object."""
    check_body(raw)
    document = _parse(raw) if raw else {}
    if not isinstance(document, dict):
        _refuse(_("The body has to be a JSON object."))
    return document


def parse_value(text: str) -> Any:
    """Any JSON value that keeps the limits, as it is typed into a form."""
    raw = text.encode()
    check_body(raw)
    return _parse(raw)


def with_inputs(raw: bytes, inputs: Mapping[str, Any]) -> bytes:
    """The body with the values that come from the path or a header; naming one of them in the body is refused."""
    document = parse_body(raw)
    for name in inputs:
        if name in document:
            raise InvalidInput(
                errors=[{"path": f"/{name}", "message": _("This comes from the address, not the body.")}]
            )
    merged = {**document, **{k: str(v) if isinstance(v, UUID) else v for k, v in inputs.items()}}
    return json.dumps(merged, separators=(",", ":")).encode()


def _check_depth(raw: bytes) -> None:
    depth = 0
    for byte in _STRINGS.sub(b"", raw):
        if byte in b"{[":
            depth += 1
            if depth > MAX_DEPTH:
                _refuse(_("The body is nested deeper than is accepted."), limit=MAX_DEPTH)
        elif byte in b"}]":
            depth -= 1


def _parse(raw: bytes) -> Any:
    try:
        # As text: of bytes it would guess the encoding, and let surrogates pass.
        return json.loads(raw.decode(), parse_constant=_refuse_number, parse_float=_finite, parse_int=_safe_integer)
    except UnicodeDecodeError:
        _refuse(_("The body is not UTF-8."))
    except json.JSONDecodeError as fault:
        _refuse(_("The body is not valid JSON."), line=fault.lineno, column=fault.colno)


def _walk(document: Any) -> None:
    keys = 0
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            keys += len(value)
            if keys > MAX_KEYS:
                _refuse(_("The body has more keys than are accepted."), limit=MAX_KEYS)
            for key in value:
                _check_text(key)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str):
            _check_text(value)


def _check_text(text: str) -> None:
    if "\x00" in text:
        _refuse(_("A text holds the character NUL, which cannot be stored."))
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(_("A text holds half a character (a lone surrogate)."))


def _refuse_number(_literal: str) -> NoReturn:
    _refuse(_("NaN and Infinity are not JSON numbers."))


def _finite(literal: str) -> float:
    value = float(literal)
    if value in (float("inf"), float("-inf")):
        _refuse(_("A number is too large."))
    return value


def _safe_integer(literal: str) -> int:
    # The length comes first: Python refuses to convert thousands of digits.
    if len(literal) > 17 or abs(int(literal)) > MAX_INTEGER:
        _refuse(_("An integer is too large to be exact. Send it as a text."), limit=MAX_INTEGER)
    return int(literal)


def _refuse(message: str, **details: Any) -> NoReturn:
    raise InvalidInput(message, **details)
