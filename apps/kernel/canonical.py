"""One byte form for every JSON value, and the ids that are made from it.

``canonical_json`` is RFC 8785 (JCS): equal values give equal bytes in any process, locale and hash seed, whatever the
order of their keys. Digests, approval digests, plans and deterministic ids all stand on it.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

LINEAGE_ID_LENGTH = 13
LINEAGE_ID_PATTERN = r"^[0-9a-hjkmnp-tv-z]{13}$"
LARGEST_INTEGER = 2**53 - 1

# Base 32 without i, l, o and u: nobody misreads an id aloud.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

_encoded = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode

IdPart = str | int | UUID | datetime | None


class NotCanonical(ValueError):
    """The value has no RFC 8785 form: an integer beyond 2^53, NaN, a lone surrogate, a key that is no string."""


def canonical_json(value: Any) -> bytes:
    """The RFC 8785 bytes of ``value``.

    Raises ``NotCanonical`` for whole numbers beyond 2^53 - 1 (readers of JSON would round them; send them as strings),
    for NaN and infinities, lone surrogates, keys that are no strings, and types JSON does not know.
    """
    try:
        if _is_plain(value):
            return _encoded(value).encode()
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(f"The value has no canonical JSON form: {error}") from error
    except RecursionError as error:
        raise NotCanonical("The value is nested too deeply.") from error


def _is_plain(value: Any) -> bool:
    """Whether the standard encoder, many times faster, writes the same bytes: no fractions, and no key that sorts
    differently as UTF-16 than as code points. Refuses what would not survive being read back."""
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        _refuse_out_of_range(value)
        return True
    if isinstance(value, float):
        if abs(value) < 1e21:  # from there on it is written with an exponent and read back as it was
            _refuse_out_of_range(value)
        return False
    if isinstance(value, dict):
        plain = True
        for key, member in value.items():
            if not isinstance(key, str):
                raise NotCanonical("The keys of a JSON object are strings.")
            plain = _is_plain(member) and plain and (key.isascii() or max(key) < "\ud800")
        return plain
    if isinstance(value, list | tuple):
        plain = True
        for member in value:
            plain = _is_plain(member) and plain
        return plain
    return False


def _refuse_out_of_range(number: float) -> None:
    if abs(number) > LARGEST_INTEGER:
        raise NotCanonical(f"A whole number is beyond {LARGEST_INTEGER} and would be rounded; use a string.")


def digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON of ``value``, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def deterministic_uuid(*parts: IdPart) -> UUID:
    """A UUIDv8 made from the SHA-256 of the parts; the same parts give the same id everywhere.

    Times count as their instant (two zones, one id) and must be aware. ``1`` and ``"1"`` are different parts.
    """
    hashed = hashlib.sha256(canonical_json([_plain(part) for part in parts])).digest()
    number = int.from_bytes(hashed[:16], "big")
    number = number & ~(0xF << 76) | 8 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant of RFC 9562
    return UUID(int=number)


def lineage_id(change_id: UUID, sequence: int, index: int = 0) -> str:
    """The id of a member that operation ``sequence`` of a change adds; ``index`` when one operation adds several.

    13 characters of base 32 (65 bits): fixed at staging, the same however often it is asked for.
    """
    hashed = hashlib.sha256(canonical_json([str(change_id), sequence, index])).digest()
    number = int.from_bytes(hashed[:9], "big") >> 7
    characters = []
    for _ in range(LINEAGE_ID_LENGTH):
        number, remainder = divmod(number, 32)
        characters.append(_ALPHABET[remainder])
    return "".join(reversed(characters))


def _plain(part: IdPart) -> str | int | None:
    if isinstance(part, UUID):
        return str(part)
    if isinstance(part, datetime):
        if part.tzinfo is None:
            raise NotCanonical("A time without a zone names no instant.")
        return part.astimezone(UTC).isoformat(timespec="microseconds")
    return part
