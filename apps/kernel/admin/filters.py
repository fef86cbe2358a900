"""Filters that any list may use."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django.contrib.admin import ListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter


class DayRangeFilter(ListFilter):
    """Days from and until, both included, in UTC. Subclasses name the ``column``."""

    title = _("day")
    template = "components/day_filter.html"
    column: ClassVar[str] = "created_at"
    parameters = ("from", "until")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.parameters:
            value = params.pop(name, None)
            given = value[-1] if isinstance(value, list) else value
            if given:
                self.used_parameters[name] = given

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.parameters)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"from": self.used_parameters.get("from", ""), "until": self.used_parameters.get("until", "")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = self._day("from"), self._day("until")
        if first:
            queryset = queryset.filter(**{f"{self.column}__gte": first})
        if last and last.date() < date.max:  # the calendar has no day after
            queryset = queryset.filter(**{f"{self.column}__lt": last + timedelta(days=1)})
        return queryset

    def _day(self, name: str) -> datetime | None:
        try:
            return datetime.combine(date.fromisoformat(str(self.used_parameters.get(name, ""))), time.min, UTC)
        except ValueError:
            return None


Values = Sequence[tuple[str, Any]] | Callable[[], Sequence[tuple[str, Any]]]


class KnownValues(DropdownFilter):
    """One of a few known values; reading them from the table would walk all of it."""

    column: ClassVar[str]
    values: ClassVar[Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.values() if callable(self.values) else self.values)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{self.column: value}) if value else queryset


def known_values(column: str, title: Any, values: Values, parameter: str = "") -> type[KnownValues]:
    """A dropdown over this column. ``values`` are pairs, or a function that gives them."""
    given = staticmethod(values) if callable(values) else values
    made = {"column": column, "title": title, "parameter_name": parameter or column, "values": given}
    return type("KnownFilter", (KnownValues,), made)


def day_range(column: str) -> type[DayRangeFilter]:
    """A day filter on this column."""
    return type("DayFilter", (DayRangeFilter,), {"column": column})
