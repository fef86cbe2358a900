"""The kinds this app brings: record types and choice lists."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from apps.metadata.core.content import Content
from apps.metadata.core.faults import InvalidPayload
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import Context, Operation
from apps.types.core import bind_choice_list, bind_record_type, choice_list, record_type
from apps.types.core.content_checks import (
    base_of,
    check_choice_list,
    check_record_type,
    live_fields,
    projected,
    record_type_edges,
    retypes,
)
from apps.types.core.graph import check_graph
from apps.types.core.operations import CHOICE_LIST_OPERATIONS, RECORD_TYPE_OPERATIONS
from apps.types.errors import InvalidDefinition, InvalidFieldType

Bind = Callable[[str, Mapping[str, Any], Content | None, Context, Callable[[int], str]], Operation]


def refusing(bind: Bind) -> Bind:
    """The same binding, with an invalid payload as the error that the interfaces know."""

    def bound(
        operation_type: str,
        payload: Mapping[str, Any],
        content: Content | None,
        context: Context,
        lineage: Callable[[int], str],
    ) -> Operation:
        try:
            return bind(operation_type, payload, content, context, lineage)
        except InvalidPayload as error:
            raise refused(error) from error

    return bound


def refused(error: InvalidPayload) -> InvalidDefinition:
    """A 400 that names every fault."""
    form = InvalidFieldType if error.code == "INVALID_FIELD_TYPE" else InvalidDefinition
    return form(error.message, reason=error.code, errors=error.errors)


RECORD_TYPE = MetadataKind(
    name=record_type.KIND,
    label=gettext_noop("record type"),
    label_plural=gettext_noop("record types"),
    content_model=record_type.RecordTypeContent,
    operations=RECORD_TYPE_OPERATIONS,
    bind=refusing(bind_record_type.bind),
    edges=record_type_edges,
    base=base_of,
    check=check_record_type,
    check_graph=check_graph,
    project=projected,
    tidy=live_fields,
    converts=retypes,
)

CHOICE_LIST = MetadataKind(
    name=choice_list.KIND,
    label=gettext_noop("choice list"),
    label_plural=gettext_noop("choice lists"),
    content_model=choice_list.ChoiceListContent,
    operations=CHOICE_LIST_OPERATIONS,
    bind=refusing(bind_choice_list.bind),
    check=check_choice_list,
    project=projected,
)
