"""The answers of direct writes: the thing as it is or would be, and the change it is in."""

from typing import Any

from apps.kernel.api.representation import Output
from apps.types.api.representations import (
    ChoiceItemOut,
    ChoiceListDetailOut,
    FieldOut,
    RecordTypeDetailOut,
)
from apps.types.core.views import ChoiceListView, FieldView, RecordTypeView
from apps.types.queries import chain_of
from apps.types.services import Written

#: The status of a write that waits in a change.
ACCEPTED = 202


def written_record_type(written: Written) -> dict[str, Any]:
    """For ``RecordTypeWrittenOut``."""
    return _shown(RecordTypeDetailOut, _record_type(written), written)


def written_field(written: Written) -> dict[str, Any]:
    """For ``FieldWrittenOut``: the field that the operation added."""
    added = written.operation.payload["field"]
    field = next(field for field in _record_type(written).fields if field.id == added)
    return _shown(FieldOut, field, written)


def written_choice_list(written: Written) -> dict[str, Any]:
    """For ``ChoiceListWrittenOut``."""
    return _shown(ChoiceListDetailOut, _choice_list(written), written)


def written_item(written: Written) -> dict[str, Any]:
    """For ``ChoiceItemWrittenOut``: the item that the operation added."""
    added = written.operation.payload["value"]
    item = next(item for item in _choice_list(written).items if item.value == added)
    return _shown(ChoiceItemOut, item, written)


def _record_type(written: Written) -> RecordTypeView:
    chain = chain_of(written.place.environment.pk, written.content)
    return RecordTypeView(**_header(written), chain=chain)


def _choice_list(written: Written) -> ChoiceListView:
    return ChoiceListView(**_header(written))


def _header(written: Written) -> dict[str, Any]:
    head = written.head
    return {
        "id": head.definition_id if head else None,
        "project_id": written.place.project_id,
        "environment_id": written.place.environment.pk,
        "environment": written.place.environment.name,
        "key": written.key,
        "version": head.number if head else 0,
        "digest": head.digest if head else "",
        "content": written.content,
    }


def _shown(representation: type[Output], value: Any, written: Written) -> dict[str, Any]:
    if isinstance(value, FieldView):
        shown = value.as_dict()
    else:
        shown = {name: getattr(value, name) for name in representation.model_fields}
    return shown | {
        "change_id": written.change.pk,
        "change_number": written.change.number,
        "change_status": written.change.status,
        "operation_id": written.operation.pk,
        "merged": written.is_merged,
    }
