"""Fractional order keys: a place between two others that never renumbers a neighbour.

A key is a number in base 62 written so that plain comparison of strings is comparison of numbers: a letter that says
how long the whole part is (``a`` for one digit, ``b`` for two; ``Z`` for one digit below zero), the whole part, and a
fraction without trailing zeros. The scheme is the one published by D. Greenspan in "Implementing Fractional Indexing".

Keys compare by code point: sort in Python, or in the database under the ``C`` collation. Two changes that add at the
same place in parallel get the same key; readers break the tie by id, which is what ``in_order`` does.
"""

from collections.abc import Mapping
from typing import Any

FIRST = "a0"
ORDER_PATTERN = r"^[A-Za-z][0-9A-Za-z]{1,200}$"

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SMALLEST = "A" + "0" * 26


def between(before: str | None, after: str | None) -> str:
    """A key strictly between two keys; ``None`` is the open end.

    Raises ``ValueError`` for a malformed key and where there is no room: the first not below the second.
    """
    for key in (before, after):
        if key is not None and not is_order_key(key):
            raise ValueError(f"{key!r} is no order key.")
    if before is not None and after is not None and before >= after:
        raise ValueError(f"There is no place between {before!r} and {after!r}.")
    if before is None:
        return FIRST if after is None else _below(after)
    if after is None:
        return _above(before)
    whole, fraction = _split(before)
    next_whole, next_fraction = _split(after)
    if whole == next_whole:
        return whole + _midpoint(fraction, next_fraction)
    following = _increment(whole)
    if following is not None and following < after:
        return following
    return whole + _midpoint(fraction, None)


def after(last: str | None) -> str:
    """The key behind ``last``; the first key of an empty collection for ``None``."""
    return between(last, None)


def spread(count: int, before: str | None = None, following: str | None = None) -> list[str]:
    """``count`` keys in order between two keys, short ones: what importing a whole list needs."""
    if count <= 0:
        return []
    if following is None:
        keys = []
        for _ in range(count):
            before = between(before, None)
            keys.append(before)
        return keys
    middle = between(before, following)
    half = count // 2
    return [*spread(half, before, middle), middle, *spread(count - half - 1, middle, following)]


def in_order(members: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """The members of a collection in their order, ties broken by id. A member without an order comes first."""
    return sorted(members.items(), key=lambda item: (str(item[1].get("order", "")), item[0]))


def is_order_key(key: str) -> bool:
    """Whether the text is a well-formed order key."""
    if not key or not key.isascii() or not key.isalnum() or not key[0].isalpha() or key == _SMALLEST:
        return False
    length = _whole_length(key[0])
    return len(key) >= length and not key[length:].endswith("0")


def _above(key: str) -> str:
    whole, fraction = _split(key)
    following = _increment(whole)
    return whole + _midpoint(fraction, None) if following is None else following


def _below(key: str) -> str:
    whole, fraction = _split(key)
    if whole == _SMALLEST:
        return whole + _midpoint("", fraction)
    if whole < key:
        return whole
    return _decrement(whole)


def _whole_length(head: str) -> int:
    return ord(head) - ord("a") + 2 if head >= "a" else ord("Z") - ord(head) + 2


def _split(key: str) -> tuple[str, str]:
    length = _whole_length(key[0])
    return key[:length], key[length:]


def _midpoint(low: str, high: str | None) -> str:
    """A fraction strictly between two fractions; ``None`` is one. Neither may end in a zero."""
    if high is not None:
        common = 0
        while common < len(high) and (low[common : common + 1] or "0") == high[common]:
            common += 1
        if common:
            return high[:common] + _midpoint(low[common:], high[common:])
    smallest = _DIGITS.index(low[0]) if low else 0
    largest = len(_DIGITS) if high is None else _DIGITS.index(high[0])
    if largest - smallest > 1:
        return _DIGITS[(smallest + largest + 1) // 2]
    if high is not None and len(high) > 1:
        return high[0]
    return _DIGITS[smallest] + _midpoint(low[1:], None)


def _increment(whole: str) -> str | None:
    head, digits = whole[0], whole[1:]
    stripped = digits.rstrip("z")
    zeros = "0" * (len(digits) - len(stripped))
    if stripped:
        return head + stripped[:-1] + _DIGITS[_DIGITS.index(stripped[-1]) + 1] + zeros
    if head == "Z":
        return FIRST
    if head == "z":
        return None
    following = chr(ord(head) + 1)
    return following + "0" * (_whole_length(following) - 1)


def _decrement(whole: str) -> str:
    """The whole part before; never asked for the smallest one."""
    head, digits = whole[0], whole[1:]
    stripped = digits.rstrip("0")
    nines = "z" * (len(digits) - len(stripped))
    if stripped:
        return head + stripped[:-1] + _DIGITS[_DIGITS.index(stripped[-1]) - 1] + nines
    if head == "a":
        return "Zz"
    preceding = chr(ord(head) - 1)
    return preceding + "z" * (_whole_length(preceding) - 1)
