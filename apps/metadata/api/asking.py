"""What readers of history ask for."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from apps.kernel.api.query import Query
from apps.metadata.core.instant import Instant


def _time(description: str) -> datetime | None:
    made: datetime | None = Field(default=None, description=description, examples=["2026-03-01T12:00:00Z"])
    return made


def _whose(description: str) -> UUID | None:
    made: UUID | None = Field(default=None, description=description)
    return made


class AsOf(Query):
    at: Instant | None = _time("As it was at this time; as it is now when left out.")


class AsOfIn(AsOf):
    environment_id: UUID | None = _whose("The environment; the request's when left out.")


class BlameQuery(AsOfIn):
    path: str = Field(
        default="", description="Only what lies at or below this JSON Pointer.", examples=["/fields/b4m2q8x0c1r7t"]
    )


class CompareQuery(Query):
    against: UUID | None = _whose("The other environment, of the same project; this one at another time if left out.")
    at: Instant | None = _time("The other side as it was at this time; as it is now when left out.")
    here_at: Instant | None = _time("This side as it was at this time; as it is now when left out.")


class DefinitionDiffQuery(Query):
    from_number: int | None = Field(default=None, ge=1, le=2**31 - 1, description="This revision, before.")
    from_environment_id: UUID | None = _whose("What this environment runs, before; the request's when left out.")
    from_at: Instant | None = _time("What the environment ran at this time, before.")
    to_number: int | None = Field(default=None, ge=1, le=2**31 - 1, description="This revision, after.")
    to_environment_id: UUID | None = _whose("What this environment runs, after; the request's when left out.")
    to_at: Instant | None = _time("What the environment ran at this time, after.")
