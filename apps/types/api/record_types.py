"""Record types over REST."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import Field

from apps.kernel.api.declarations import Read, Write, reads
from apps.kernel.api.query import Query
from apps.kernel.api.representation import Representation
from apps.kernel.api.viewsets import ScopedViewSet
from apps.types import queries
from apps.types.api.filters import RecordTypeFilters
from apps.types.api.representations import (
    FieldOut,
    FieldWrittenOut,
    RecordTypeDetailOut,
    RecordTypeOut,
    RecordTypeWrittenOut,
)
from apps.types.api.written import ACCEPTED, written_field, written_record_type
from apps.types.core.views import FieldView, RecordTypeView
from apps.types.services import Written


class ByKeyQuery(Query):
    project_id: UUID | None = Field(default=None, description="Needed when several projects have a type of this key.")


class FieldsQuery(Query):
    include_inherited: bool = Field(default=False, description="Also the fields of the base chain, before its own.")


class RecordTypeViewSet(ScopedViewSet):
    """What a tenant keeps records of: typed fields, a base type, numbering, assignment and a clock.

    Shown as the environment of the request runs it. Writes are operations in a change: the one that `change_id`
    names, or one of their own that is merged at once where you may merge and the environment asks for no votes.
    Otherwise they answer 202 with the draft change that holds them.
    """

    queryset_from = queries.record_types_visible
    serializer_class = RecordTypeOut
    detail_serializer_class = RecordTypeDetailOut
    ordering = ("key", "id")
    filterset_class = RecordTypeFilters
    create_command = Write("record_type.create", shows=RecordTypeWrittenOut, also=(202,), errors=(409, 422))
    commands = {
        "fields": Write("record_type.add_field", shows=FieldWrittenOut, also=(202,), errors=(409, 422)),
        "activate": Write("record_type.activate", shows=RecordTypeWrittenOut, also=(202,), errors=(409, 422)),
        "retire": Write("record_type.retire", shows=RecordTypeWrittenOut, also=(202,), errors=(409, 422)),
    }

    def get_object(self, bare: Representation | None = None) -> RecordTypeView:
        """The record type with its base chain, in one statement."""
        return queries.record_type(self._target(self.kwargs["id"]))

    def retrieve(self, found: RecordTypeView) -> RecordTypeDetailOut:
        return _detail(found)

    @reads("by-key/<str:key>", RecordTypeDetailOut, detail=False, query=ByKeyQuery, errors=(409,))
    def by_key(self, key: str) -> RecordTypeView:
        """Show the record type of a key; 409 when several projects have one and none is named."""
        return queries.record_type_by_key(key, project_id=self.query.project_id)

    @reads("fields", FieldOut, many=True, query=FieldsQuery)
    def fields(self, found: RecordTypeView) -> Sequence[FieldView]:
        """List the fields of a record type in their order."""
        return found.fields if self.query.include_inherited else found.own_fields

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        return queries.listed(rows) if read.shows is RecordTypeOut else rows

    def present(self, write: Write, result: Written) -> Any:
        return written_field(result) if write.shows is FieldWrittenOut else written_record_type(result)

    def status_of(self, write: Write, result: Written) -> int:
        return super().status_of(write, result) if result.is_merged else ACCEPTED


# A record type that nobody altered is shown as it was: a view holds all that is shown, found anew for each request.
@lru_cache(maxsize=128)
def _detail(view: RecordTypeView) -> RecordTypeDetailOut:
    return RecordTypeDetailOut.model_validate(view)
