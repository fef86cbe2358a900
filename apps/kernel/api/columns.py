"""Reading only what is shown: a page of rows as columns, without building models, where the output is columns alone."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from pydantic import BaseModel

from apps.kernel.api.representation import Representation
from apps.kernel.prepared import Statement


def with_columns(queryset: QuerySet[Any], shows: Representation, ordering: Sequence[str]) -> QuerySet[Any]:
    """The queryset as ``values()`` of what is shown and sorted by; unchanged when more than columns is shown."""
    if not issubclass(shows, BaseModel) or queryset._fields is not None:  # type: ignore[attr-defined]
        return queryset
    annotated = frozenset(queryset.query.annotations)
    model: type[Model] = queryset.model
    names = _columns(shows, model, annotated)
    if names is None:
        return queryset
    return queryset.values(*dict.fromkeys((*names, *(name.lstrip("-") for name in ordering))))


_ANY = UUID(int=0)


@cache
def statement_by_id(queryset_from: Callable[[Any], QuerySet[Any]], shows: Any) -> Statement | None:
    """The row of an id with the columns that are shown, from a query that is the same for everybody.

    None when more than columns is shown. Inside a scope transaction.
    """
    queryset = with_columns(queryset_from(None).order_by().filter(pk=_ANY), shows, ())
    return Statement(queryset, _ANY) if queryset.query.selected else None


@cache
def _columns(shows: type[BaseModel], model: type[Model], annotated: frozenset[str]) -> tuple[str, ...] | None:
    """The columns of the output's fields, or None when one of them is something else."""
    found = []
    for name, field in shows.model_fields.items():
        column = field.validation_alias or field.alias or name
        if not isinstance(column, str) or not (column in annotated or _is_column(model, column)):
            return None
        found.append(column)
    return tuple(found)


def _is_column(model: type[Model], name: str) -> bool:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return any(name == field.attname for field in model._meta.concrete_fields)
    return bool(getattr(field, "concrete", False)) and getattr(field, "attname", None) == name
