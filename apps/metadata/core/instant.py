"""A point in time as callers write it: with its zone, and one that a database can hold."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(at: datetime) -> datetime:
    """PostgreSQL knows fewer offsets and Python fewer years than a time can be written with."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is out of range.") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
