"""The form that makes a change of a difference: which environment to adopt from, and which definitions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter, ValidationError

from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.folding import rarely_asked
from apps.kernel.admin.naming import answers, called
from apps.kernel.admin.pages import arrives
from apps.metadata.admin.listing import label_of
from apps.metadata.core.instant import Instant
from apps.metadata.queries import Side, differing
from apps.tenancy.models import Environment

#: As many as a person ticks; without a tick, everything that differs is adopted.
OFFERED = 200
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)

arrives("change.adopt")
called({"change.adopt": _("Adopt a difference")})
answers({"change.adopt": _("%(number)s adopts it, and is in hand. Look at what it would do, then check it in.")})
rarely_asked("change.adopt", "description", "from_at")


@choices_for("change.adopt:from_environment_id")
def environments(request: HttpRequest) -> list[Option]:
    here = _here(request)
    stages = Environment.objects.filter(project_id=here.project_id).order_by("position", "pk") if here else ()
    return [(str(row.pk), row.name) for row in stages]


@choices_for("change.adopt:definitions")
def definitions(request: HttpRequest) -> list[Option]:
    """What differs from the side that was named, as far as a page goes."""
    here = _here(request)
    asked: Any = request.POST or request.GET
    at = _time(asked.get("from_at"))
    against = _uuid(asked.get("from_environment_id"))
    if here is None or (against is None and at is None):
        return []
    there = Side(against or here.pk, at)
    rows = differing(here.project_id, Side(here.pk), there).values_list("pk", "kind", "key")
    ticked = [pk for pk in map(_uuid, asked.getlist("definitions")) if pk]
    offered = {*rows[:OFFERED], *(rows.filter(pk__in=ticked) if ticked else ())}
    return [(str(pk), f"{key} ({label_of(kind)})") for pk, kind, key in sorted(offered, key=lambda row: row[1:])]


def _here(request: HttpRequest) -> Environment | None:
    """The environment the command is given on."""
    match = request.resolver_match
    target = _uuid(match.kwargs.get("target") if match else None)
    return Environment.objects.filter(pk=target).first() if target else None


def _time(text: Any) -> datetime | None:
    try:
        return _INSTANT.validate_python(text)
    except ValidationError:
        return None


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
