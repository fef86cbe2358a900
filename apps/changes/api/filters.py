"""How the list of changes is narrowed."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from apps.changes.models import Change
from apps.kernel.api.filters import Filters


class ChangeFilters(Filters):
    status = django_filters.MultipleChoiceFilter(
        choices=Change.Status.choices, distinct=False, label="Changes in one of these statuses."
    )
    project_id = django_filters.UUIDFilter(field_name="project_id", label="Changes of this project.")
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Changes of this environment.")
    author_id = django_filters.UUIDFilter(field_name="author_id", label="Changes this person answers for.")
    archived = django_filters.BooleanFilter(method="by_archived", label="Only archived changes, or only the others.")

    class Meta:
        model = Change
        fields: list[str] = []

    def by_archived(self, found: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        return found.filter(archived_at__isnull=not value)


class StatusFilter(Filters):
    status = django_filters.MultipleChoiceFilter(
        choices=Change.Status.choices, distinct=False, label="Changes in one of these statuses."
    )

    class Meta:
        model = Change
        fields: list[str] = []
