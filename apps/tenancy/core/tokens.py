"""API tokens: `ec3lh_` + 192 random bits + checksum. Only a keyed hash of one is ever stored.

The checksum lets a typing error, a scan or a truncated copy be refused without asking the database.
"""

import hmac
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

PREFIXES: Final = {"human": "ec3lh_", "agent": "ec3la_", "service": "ec3ls_"}
RANDOM_BYTES: Final = 24
HINT_LENGTH: Final = 4

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY_LENGTH: Final = 33  # 62**33 > 2**192
_CHECKSUM_LENGTH: Final = 6  # 62**6 > 2**32
_KINDS: Final = {prefix: kind for kind, prefix in PREFIXES.items()}
_PREFIX_LENGTH: Final = 6


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """A token whose shape and checksum are right. That says nothing yet about whether it is known."""

    kind: str
    text: str

    @property
    def hint(self) -> str:
        """Enough to recognise a token in a list, too little to use it."""
        return self.text[: _PREFIX_LENGTH + HINT_LENGTH]


def mint(kind: str, random: bytes) -> ParsedToken:
    """The token of these random bytes. ``ValueError`` when they are too few to be safe."""
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"A token needs {RANDOM_BYTES} random bytes.")
    body = PREFIXES[kind] + _base62(int.from_bytes(random[:RANDOM_BYTES]), _BODY_LENGTH)
    return ParsedToken(kind, body + _checksum(body))


def parse(text: str) -> ParsedToken | None:
    """The token behind a text; None when its prefix, length, letters or checksum are wrong."""
    kind = _KINDS.get(text[:_PREFIX_LENGTH])
    if kind is None or len(text) != _PREFIX_LENGTH + _BODY_LENGTH + _CHECKSUM_LENGTH or not text.isascii():
        return None
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    return ParsedToken(kind, text) if hmac.compare_digest(checksum, _checksum(body)) else None


def keyed_hash(token: ParsedToken, key: str) -> str:
    """What is stored and looked up: HMAC-SHA256 in hex. Without the key, a stolen table proves nothing."""
    return hmac.new(key.encode(), token.text.encode(), sha256).hexdigest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
