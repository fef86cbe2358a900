"""How requests, delegations and notices are narrowed."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.approvals.models import Request
from apps.kernel.api.filters import Filters

WAITING = "waiting"
ALL = "all"


class RequestFilters(Filters):
    status = django_filters.ChoiceFilter(
        method="by_status",
        choices=[
            (WAITING, "what waits for you"),
            *((value, value) for value in Request.Status.values),
            (ALL, "everything"),
        ],
        label="Requests in this status, of whoever's; `waiting` (the default) are those your vote would help.",
    )
    subject_type = django_filters.CharFilter(max_length=60, label="Requests about this type of subject.")
    subject_id = django_filters.UUIDFilter(label="Requests about this subject.")
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Requests of this environment.")

    def by_status(self, found: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return found if value in (WAITING, ALL) else found.filter(status=value)


class DelegationFilters(Filters):
    delegator_id = django_filters.UUIDFilter(field_name="delegator_id", label="Delegations by this person.")
    delegate_id = django_filters.UUIDFilter(field_name="delegate_id", label="Delegations to this person.")
    current = django_filters.BooleanFilter(
        method="by_current", label="Only those that count at this moment, or only the others."
    )

    def by_current(self, found: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        counts = Q(revoked_at__isnull=True, starts_at__lte=Now(), ends_at__gt=Now())
        return found.filter(counts if value else ~counts)


class NoticeFilters(Filters):
    unread = django_filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", label="Only notices you have not read, or only the others."
    )
    kind = django_filters.CharFilter(max_length=60, label="Notices of this kind.")
