"""Reading choice lists as an environment runs them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor
from apps.metadata.queries import with_heads
from apps.types.core.views import ChoiceListView
from apps.types.models import ChoiceList
from apps.types.queries.rows import row_of, views_of


def choice_lists_visible(_actor: Actor | None = None) -> TenantQuerySet[ChoiceList]:
    """The choice lists that the request's environment runs, by key. Every member may read them."""
    return choice_lists_of(None)


def choice_lists_of(environment_id: UUID | None) -> TenantQuerySet[ChoiceList]:
    """The choice lists that one environment runs, by key."""
    return with_heads(ChoiceList.objects.all(), environment_id=environment_id).order_by("key", "id")


def choice_list(choice_list_id: UUID, *, environment_id: UUID | None = None) -> ChoiceListView:
    """One choice list with its items; ``NotFound`` where the environment does not run it."""
    return lists([row_of(choice_lists_of(environment_id), choice_list_id)])[0]


def lists(rows: Iterable[Any]) -> list[ChoiceListView]:
    """Annotated rows with their contents, in one query."""
    return views_of(rows, ChoiceListView)
