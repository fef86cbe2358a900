"""Query parameters: documented filters are applied, unknown and repeated ones are refused."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend

from apps.kernel.errors import InvalidInput

_TRUTHS = ("true", "false")


class Filters(django_filters.FilterSet):
    """Filters over the rows' own columns. Each has a ``label``: it is the parameter's description in the schema."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for applied in self.filters.values():
            # DISTINCT over every column costs more than the page; an own column never repeats a row.
            applied.distinct = False


class FilterBackend(DjangoFilterBackend):
    """Only tells the schema which filters a list has; :func:`filtered` applies them."""


def check_names(query: QueryDict, allowed: Iterable[str], multiple: Iterable[str] = ()) -> None:
    """Refuse what nobody reads: a misspelt filter must never show everything."""
    known, repeatable = set(allowed), set(multiple)
    errors = [
        {"path": f"?{name}", "message": _("There is no such parameter here.")} for name in query if name not in known
    ]
    errors += [
        {"path": f"?{name}", "message": _("Give this parameter once.")}
        for name, values in query.lists()
        if name in known and name not in repeatable and len(values) > 1
    ]
    errors += [
        {"path": f"?{name}", "message": _("A text holds the character NUL, which cannot be stored.")}
        for name, values in query.lists()
        if any("\x00" in value for value in values)
    ]
    if errors:
        raise InvalidInput(errors=errors)


def filtered(filters: type[Filters] | None, query: QueryDict, queryset: QuerySet[Any]) -> QuerySet[Any]:
    """The queryset narrowed by the parameters that were sent. No filter sent, no form built."""
    sent = [name for name in parameter_names(filters) if name in query]
    if filters is None or not sent:
        return queryset
    _refuse_nothing_said(filters, query, sent)
    applied = filters(data=query, queryset=queryset)
    if not applied.is_valid():
        raise InvalidInput(errors=list(_faults(applied.errors)))
    for name, value in applied.form.cleaned_data.items():
        if isinstance(value, datetime):
            applied.form.cleaned_data[name] = _in_utc(name, value)
    narrowed: QuerySet[Any] = applied.qs
    return narrowed


def _in_utc(name: str, value: datetime) -> datetime:
    """PostgreSQL knows fewer offsets and Python fewer years than a time can be written with."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InvalidInput(errors=[{"path": f"?{name}", "message": _("This time is out of range.")}]) from None


def _refuse_nothing_said(filters: type[Filters], query: QueryDict, sent: Iterable[str]) -> None:
    """An empty value, or a truth that is neither, would be skipped in silence and show everything."""
    errors = []
    for name in sent:
        values = query.getlist(name)
        if "" in values:
            errors.append({"path": f"?{name}", "message": _("Give a value, or leave the parameter out.")})
        elif isinstance(filters.base_filters[name], django_filters.BooleanFilter) and values[0] not in _TRUTHS:
            errors.append({"path": f"?{name}", "message": _("Give true or false.")})
    if errors:
        raise InvalidInput(errors=errors)


def parameter_names(filters: type[Filters] | None) -> list[str]:
    return list(filters.base_filters) if filters is not None else []


def multiple_names(filters: type[Filters] | None) -> list[str]:
    if filters is None:
        return []
    return [n for n, f in filters.base_filters.items() if isinstance(f, django_filters.MultipleChoiceFilter)]


def _faults(errors: Mapping[str, Iterable[Any]]) -> Iterable[dict[str, str]]:
    for name, messages in errors.items():
        for message in messages:
            yield {"path": f"?{name}", "message": str(message)}
