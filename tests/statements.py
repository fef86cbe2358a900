"""How many statements something takes: a list must cost the same for more rows."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(call: Callable[[], Any]) -> int:
    """Of the second call: the first one fills what is remembered."""
    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)
