"""How lists of record types and choice lists are narrowed."""

import django_filters

from apps.kernel.api.filters import Filters
from apps.types.core.choice_list import STATUSES as CHOICE_LIST_STATUSES
from apps.types.core.record_type import STATUSES as RECORD_TYPE_STATUSES


class RecordTypeFilters(Filters):
    project_id = django_filters.UUIDFilter(label="Record types of this project.")
    status = django_filters.ChoiceFilter(
        choices=[(status, status) for status in RECORD_TYPE_STATUSES], label="Record types in this status."
    )
    key = django_filters.CharFilter(label="Record types of exactly this key.")
    name_contains = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", label="Record types whose name contains this text."
    )


class ChoiceListFilters(Filters):
    project_id = django_filters.UUIDFilter(label="Choice lists of this project.")
    status = django_filters.ChoiceFilter(
        choices=[(status, status) for status in CHOICE_LIST_STATUSES], label="Choice lists in this status."
    )
    key = django_filters.CharFilter(label="Choice lists of exactly this key.")
