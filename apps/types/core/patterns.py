"""Patterns that users write: RE2 syntax, matched in linear time, always against the whole value."""

from functools import lru_cache
from typing import Any

import re2


class PatternError(ValueError):
    """The text is no RE2 pattern; the message says where."""


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """The compiled pattern. Raises ``PatternError`` for what RE2 refuses (look-around, back-references, errors)."""
    try:
        return re2.compile(pattern, _options())
    except (re2.error, UnicodeEncodeError) as error:
        cause = error.args[0] if error.args else ""
        raise PatternError(cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)) from error


def matches(pattern: str, value: str) -> bool:
    """Whether the whole value matches."""
    try:
        return compile_pattern(pattern).fullmatch(value) is not None
    except UnicodeEncodeError:
        return False
