"""Choice lists over REST."""

from collections.abc import Sequence
from typing import Any

from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.types import queries
from apps.types.api.filters import ChoiceListFilters
from apps.types.api.representations import (
    ChoiceItemOut,
    ChoiceItemWrittenOut,
    ChoiceListDetailOut,
    ChoiceListOut,
    ChoiceListWrittenOut,
)
from apps.types.api.written import ACCEPTED, written_choice_list, written_item
from apps.types.core.views import ChoiceListView, ChoiceView
from apps.types.models import ChoiceList
from apps.types.services import Written


class ChoiceListViewSet(ScopedViewSet):
    """The values that choice fields may take. A value never changes; its label may.

    Shown as the environment of the request runs it. Writes are operations in a change, as for record types.
    """

    queryset_from = queries.choice_lists_visible
    serializer_class = ChoiceListOut
    detail_serializer_class = ChoiceListDetailOut
    ordering = ("key", "id")
    filterset_class = ChoiceListFilters
    create_command = Write("choice_list.create", shows=ChoiceListWrittenOut, also=(202,), errors=(409, 422))
    commands = {
        "items": Write("choice_list.add_item", shows=ChoiceItemWrittenOut, also=(202,), errors=(409, 422)),
    }

    def retrieve(self, found: ChoiceList) -> ChoiceListView:
        return queries.lists([found])[0]

    @reads("items", ChoiceItemOut, many=True)
    def items(self, found: ChoiceList) -> Sequence[ChoiceView]:
        """List the items of a choice list in their order."""
        return queries.lists([found])[0].items

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return queries.lists(rows) if read.shows is ChoiceListOut else rows

    def present(self, write: Write, result: Written) -> Any:
        return written_item(result) if write.shows is ChoiceItemWrittenOut else written_choice_list(result)

    def status_of(self, write: Write, result: Written) -> int:
        return super().status_of(write, result) if result.is_merged else ACCEPTED
