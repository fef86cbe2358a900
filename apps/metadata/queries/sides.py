"""Which two sides are meant, and whether they can be compared."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.kernel.errors import InvalidInput
from apps.metadata.errors import OtherProject
from apps.metadata.queries.history import Side
from apps.tenancy.models import Environment


def side_of(environment_id: UUID, at: datetime | None, *, now: datetime, path: str = "?at") -> Side:
    """An environment at a time. What is to come is refused, since its answer would not stay the same."""
    if at is not None and at > now:
        raise InvalidInput(errors=[{"path": path, "message": _("This time is yet to come.")}])
    return Side(environment_id, at)


def other_side(
    environment: Environment,
    against_id: UUID | None,
    at: datetime | None,
    *,
    now: datetime,
    paths: tuple[str, str] = ("?against", "?at"),
) -> Side:
    """What an environment is compared with: another one of its project, now or at a time, or itself at a time.

    Raises ``NotFound``, ``OtherProject``, and ``InvalidInput`` when neither is named or the time is yet to come.
    """
    if against_id is None and at is None:
        raise InvalidInput(errors=[{"path": paths[0], "message": _("Name another environment, or a time.")}])
    if against_id is not None and against_id != environment.pk:
        against: Environment = Environment.objects.one(against_id)
        if against.project_id != environment.project_id:
            raise OtherProject(environment_id=str(against_id))
    return side_of(against_id or environment.pk, at, now=now, path=paths[1])
