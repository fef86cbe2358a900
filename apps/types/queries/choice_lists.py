"""Reading choice lists as an environment runs them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor
from apps.metadata.queries import contents_by_digest, with_heads
from apps.types.core.views import ChoiceListView
from apps.types.models import ChoiceList


def choice_lists_visible(_actor: Actor | None = None) -> TenantQuerySet[ChoiceList]:
    """The choice lists that the request's environment runs, by key. Every member may read them."""
    return with_heads(ChoiceList.objects.all()).order_by("key", "id")


def choice_lists_of(environment_id: UUID) -> TenantQuerySet[ChoiceList]:
    """The choice lists that one environment runs, by key."""
    return with_heads(ChoiceList.objects.all(), environment_id=environment_id).order_by("key", "id")


def choice_list(choice_list_id: UUID, *, environment_id: UUID | None = None) -> ChoiceListView:
    """One choice list with its items; ``NotFound`` where the environment does not run it."""
    row = with_heads(ChoiceList.objects.all(), environment_id=environment_id).filter(pk=choice_list_id).first()
    if row is None:
        raise NotFound(id=str(choice_list_id))
    return lists([row])[0]


def lists(rows: Iterable[Any]) -> list[ChoiceListView]:
    """Annotated rows with their contents, in one query."""
    found = list(rows)
    contents = contents_by_digest({row.digest: row.revision_id for row in found})
    return [
        ChoiceListView(
            id=row.pk,
            project_id=row.project_id,
            environment_id=row.environment_id,
            environment=row.environment_name,
            key=row.key,
            version=row.number,
            digest=row.digest,
            content=contents[row.digest],
        )
        for row in found
    ]
