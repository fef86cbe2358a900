"""How lists of definitions and moves are narrowed."""

import django_filters

from apps.kernel.api.filters import Filters


class KindFilter(Filters):
    kind = django_filters.CharFilter(label="Definitions of this kind.")
    key = django_filters.CharFilter(label="The definitions of this key.")


class StateFilters(Filters):
    kind = django_filters.CharFilter(label="Definitions of this kind.")
    key = django_filters.CharFilter(label="The definitions of this key.")
    status = django_filters.CharFilter(label="Definitions in this status.")


class MoveFilters(Filters):
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Moves in this environment.")


class EnvironmentMoveFilters(Filters):
    kind = django_filters.CharFilter(label="Moves of definitions of this kind.")
    key = django_filters.CharFilter(label="Moves of definitions of this key.")
    change_id = django_filters.UUIDFilter(label="Moves made by this change.")
    since = django_filters.IsoDateTimeFilter(field_name="moved_at", lookup_expr="gte", label="Moves at or after this.")
    until = django_filters.IsoDateTimeFilter(field_name="moved_at", lookup_expr="lte", label="Moves up to this.")
