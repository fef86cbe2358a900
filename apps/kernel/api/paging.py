"""Keyset pages: stable under inserts, never an ``OFFSET``, never a count.

A cursor holds the sort key of the last row shown. It is signed and bound to the tenant, the address and the filters, so
a cursor of another list or another tenant is refused.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import InvalidInput

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
_SALT = "apps.kernel.api.paging"
_MAX_CURSOR = 2000


class InvalidCursor(InvalidInput):
    """Not a cursor of this list: made up, cut, or taken from another tenant, address or filter."""

    code = "INVALID_CURSOR"
    message_default = _("The cursor does not belong to this list. Start again without one.")


@dataclass(frozen=True, slots=True)
class Page:
    """The rows to show and the cursor to the rest, if there is one."""

    rows: list[Any]
    next_cursor: str | None


def limit_of(text: str | None) -> int:
    """``?limit=`` as a number from 1 to 200; 50 when it is absent."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MAX_LIMIT):
        message = _("Give a whole number from 1 to %(max)d.") % {"max": MAX_LIMIT}
        raise InvalidInput(errors=[{"path": "?limit", "message": str(message)}])
    return int(text)


def binding(tenant_id: UUID | None, path: str, filters: Mapping[str, str]) -> str:
    """What a cursor is bound to."""
    return json.dumps([str(tenant_id), path, sorted(filters.items())])


def page(
    source: QuerySet[Any] | Sequence[Any], ordering: Sequence[str], limit: int, cursor: str | None, bound: str
) -> Page:
    """The next ``limit`` rows after ``cursor``.

    ``ordering`` names columns (``-`` for descending) of which none is null and the last is unique. A plain sequence
    (content of one document) is paged by position.
    """
    if not isinstance(source, QuerySet):
        return _slice(source, limit, cursor, bound)
    rows = source.order_by(*ordering)
    if cursor is not None:
        rows = rows.filter(_after(source.model, ordering, _read(cursor, bound)))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    found.pop()
    return Page(found, _write([_key(found[-1], name) for name in ordering], bound))


def _slice(source: Sequence[Any], limit: int, cursor: str | None, bound: str) -> Page:
    start = 0
    if cursor is not None:
        start = _read(cursor, bound)[0]
    end = start + limit
    return Page(list(source[start:end]), _write([end], bound) if end < len(source) else None)


def _after(model: type[Model], ordering: Sequence[str], values: list[Any]) -> Any:
    names = [name.lstrip("-") for name in ordering]
    if len(values) != len(names):
        raise InvalidCursor
    keys = [_typed(model, name, value) for name, value in zip(names, values, strict=True)]
    descending = [name.startswith("-") for name in ordering]
    if len(names) == 1:
        return Q(**{f"{names[0]}__{'lt' if descending[0] else 'gt'}": keys[0]})
    if all(descending) or not any(descending):
        # A row comparison is one range scan of the index of the same columns.
        lookup = TupleLessThan if descending[0] else TupleGreaterThan
        return lookup(Tuple(*(F(name) for name in names)), tuple(keys))
    condition = Q()
    for position, name in enumerate(names):
        equal = {names[i]: keys[i] for i in range(position)}
        condition |= Q(**equal, **{f"{name}__{'lt' if descending[position] else 'gt'}": keys[position]})
    # The first column alone bounds the scan.
    return Q(**{f"{names[0]}__{'lte' if descending[0] else 'gte'}": keys[0]}) & condition


def _key(row: Any, name: str) -> Any:
    value: Any = row
    for part in [name.lstrip("-")] if isinstance(row, Mapping) else name.lstrip("-").split("__"):
        value = value[part] if isinstance(value, Mapping) else getattr(value, part)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(model: type[Model], name: str, value: Any) -> Any:
    """The value as its column's type; an annotation keeps what JSON holds."""
    field: Any = None
    try:
        for part in name.split("__"):
            field = (model if field is None else field.related_model)._meta.get_field(part)
    except FieldDoesNotExist:
        return value
    try:
        return field.to_python(value)
    except ValidationError:
        raise InvalidCursor from None


def _write(values: list[Any], bound: str) -> str:
    payload = json.dumps(values, separators=(",", ":")).encode()
    return _encode(payload) + "." + _encode(_signature(payload, bound, settings.SECRET_KEY))


def _read(cursor: str, bound: str) -> list[Any]:
    head, dot, tail = cursor.partition(".")
    if not dot or len(cursor) > _MAX_CURSOR or not cursor.isascii():
        raise InvalidCursor
    try:
        payload, signature = _decode(head), _decode(tail)
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(signature, _signature(payload, bound, key)) for key in keys):
        raise InvalidCursor
    values: list[Any] = json.loads(payload)
    return values


def _signature(payload: bytes, bound: str, key: str | bytes) -> bytes:
    digest: bytes = salted_hmac(_SALT, payload + b"\n" + bound.encode(), secret=key, algorithm="sha256").digest()
    return digest[:16]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
