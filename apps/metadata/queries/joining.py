"""What an environment runs of each definition, joined to the definition in one query."""

from typing import Any, TypeVar

from django.db.models import F, Model, Q

from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import current_scope
from apps.tenancy.core.names import environment_name

Row = TypeVar("Row", bound=Model)


def with_heads(definitions: TenantQuerySet[Row], *, environment_id: Any = None) -> TenantQuerySet[Row]:
    """The definitions that the environment runs, with their head's columns.

    The environment is the given one, the one the request names, or each project's default. Annotated are ``name``,
    ``status``, ``number``, ``digest``, ``moved_at``, ``revision_id``, ``environment_id`` and ``environment_name``.
    """
    if environment_id is not None:
        runs = Q(heads__environment_id=environment_id)
    elif name := current_scope().environment:
        runs = Q(heads__environment__name=environment_name(name))
    else:
        runs = Q(heads__environment__is_default=True)
    # One filter and the annotations after it share one join, so every column is of the same head.
    joined: TenantQuerySet[Any] = definitions.filter(runs).annotate(
        name=F("heads__name"),
        status=F("heads__status"),
        number=F("heads__number"),
        digest=F("heads__digest"),
        moved_at=F("heads__moved_at"),
        revision_id=F("heads__revision_id"),
        environment_id=F("heads__environment_id"),
        environment_name=F("heads__environment__name"),
    )
    return joined
