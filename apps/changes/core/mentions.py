"""Who a comment names: ``@handle`` in running text, and the text cut into pieces for a page.

An address such as ``ada@example.com`` names nobody, and a handle nobody has stays what it was: text.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from apps.tenancy.core.names import HANDLE, HANDLE_LENGTH

#: More than these are not people somebody wants to reach but a list somebody pasted.
MOST: Final = 50
_MENTION: Final = re.compile(rf"(?<![\w@.+/-])@({HANDLE.strip('^$')})(?![\w@])", re.ASCII | re.IGNORECASE)


class Piece(NamedTuple):
    """A stretch of a comment; ``handle`` is set where it names somebody."""

    text: str
    handle: str = ""


def handles_in(text: str) -> tuple[str, ...]:
    """The handles a text names, each once, in the order they appear; at most ``MOST``."""
    found = (match[1].lower() for match in _MENTION.finditer(text))
    return tuple(dict.fromkeys(handle for handle in found if len(handle) <= HANDLE_LENGTH))[:MOST]


def pieces(text: str, known: Collection[str]) -> list[Piece]:
    """The text, cut at the mentions of known handles. Law: the pieces joined are the text."""
    cut: list[Piece] = []
    end = 0
    for match in _MENTION.finditer(text):
        handle = match[1].lower()
        if handle not in known:
            continue
        if match.start() > end:
            cut.append(Piece(text[end : match.start()]))
        cut.append(Piece(match[0], handle))
        end = match.end()
    if end < len(text):
        cut.append(Piece(text[end:]))
    return cut
