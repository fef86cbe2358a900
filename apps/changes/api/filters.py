"""How the list of changes is narrowed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.changes.core.lifecycle import ARCHIVED
from apps.changes.models import Change
from apps.kernel.api.filters import Filters


def by_standing(found: QuerySet[Any], _name: str, values: list[str]) -> QuerySet[Any]:
    """Changes that are shown with one of these statuses."""
    if not values:
        return found
    asked = Q(archived_at__isnull=True, status__in=values)
    return found.filter(asked | Q(archived_at__isnull=False) if ARCHIVED in values else asked)


class StatusFilter(Filters):
    status = django_filters.MultipleChoiceFilter(
        choices=[*Change.Status.choices, (ARCHIVED, _("archived"))],
        method=by_standing,
        distinct=False,
        label="Changes in one of these statuses.",
    )


class ChangeFilters(StatusFilter):
    project_id = django_filters.UUIDFilter(field_name="project_id", label="Changes of this project.")
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Changes of this environment.")
    author_id = django_filters.UUIDFilter(field_name="author_id", label="Changes this person answers for.")
    archived = django_filters.BooleanFilter(method="by_archived", label="Only archived changes, or only the others.")

    def by_archived(self, found: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        return found.filter(archived_at__isnull=not value)
