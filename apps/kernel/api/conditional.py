"""Versions over HTTP: the ``ETag`` of a resource and the ``If-Match`` an update has to carry.

The comparison itself belongs to the service, under its lock: the edge passes ``expected_version`` on.
"""

import re
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.kernel.errors import InvalidInput, PreconditionRequired

_TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def expected_version(request: HttpRequest | Any) -> int:
    """The version in ``If-Match``; a weak prefix (gzip adds one) is ignored.

    Raises :class:`PreconditionRequired` (428) without one and :class:`InvalidInput` when it is not one of our tags.
    """
    header = request.META.get("HTTP_IF_MATCH")
    if header is None:
        raise PreconditionRequired
    match = _TAG.fullmatch(header.strip())
    if match is None:
        message = _('Send the ETag of the version you read, for example "3".')
        raise InvalidInput(errors=[{"path": "If-Match", "message": message}])
    return int(match[1])
