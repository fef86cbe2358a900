"""How roles and decisions are narrowed."""

import django_filters

from apps.access.models import Role
from apps.kernel.api.filters import Filters


class RoleFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Role.Status.choices, label="Roles in this status.")


class DecisionFilters(Filters):
    actor_id = django_filters.UUIDFilter(label="Decisions about this principal.")
    outcome = django_filters.ChoiceFilter(
        field_name="decision", choices=[("allow", "allow"), ("deny", "deny")], label="Decisions that ended like this."
    )
    permission = django_filters.CharFilter(max_length=100, label="Decisions about this permission.")


# ``from`` is a word of the language: it can only be set by name.
DecisionFilters.base_filters["from"] = django_filters.IsoDateTimeFilter(
    field_name="occurred_at", lookup_expr="gte", label="Decisions at this time or later."
)
DecisionFilters.base_filters["to"] = django_filters.IsoDateTimeFilter(
    field_name="occurred_at", lookup_expr="lte", label="Decisions at this time or earlier."
)
