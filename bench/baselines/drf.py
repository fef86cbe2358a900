"""Bare Django REST framework: token authentication, ModelSerializer, the ORM, the same number of inserts."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from bench.baselines import template
from bench.baselines.models import mirrored


@cache
def serializer_for(table: str, field: str) -> type[serializers.ModelSerializer[Any]]:
    """All columns go out; ``field`` alone may come in."""
    model = mirrored(table)
    names = [column.name for column in model._meta.concrete_fields]
    meta = type("Meta", (), {"model": model, "fields": names, "read_only_fields": [n for n in names if n != field]})
    text = serializers.CharField(max_length=200)
    return type("RowSerializer", (serializers.ModelSerializer,), {"Meta": meta, field: text})


class _Rows(GenericAPIView):
    def get_serializer_class(self) -> Any:
        return serializer_for(self.kwargs["table"], self.kwargs.get("field", "id"))

    def get_queryset(self) -> Any:
        wanted = {name: value for name, value in self.request.GET.items() if name not in ("order", "limit")}
        return mirrored(self.kwargs["table"]).objects.filter(**wanted)


class Create(CreateModelMixin, _Rows):
    def post(self, request: Request, **kwargs: Any) -> Response:
        return self.create(request)

    def perform_create(self, serializer: Any) -> None:
        table, field = self.kwargs["table"], self.kwargs["field"]
        with transaction.atomic():
            for written in template.updates(table):
                for row in written.updated:
                    values = {name: value for name, value in row.items() if name != written.key}
                    mirrored(written.table, written.key).objects.filter(pk=row[written.key]).update(**values)
            (_, record), *rest = template.inserts(table, serializer.validated_data[field], field)
            serializer.save(**{name: value for name, value in record.items() if name != field})
            for written, row in rest:
                mirrored(written.table, written.key).objects.create(**row)


class List(ListModelMixin, _Rows):
    def get(self, request: Request, **kwargs: Any) -> Response:
        limit = int(request.GET["limit"])
        rows = self.get_queryset().order_by(*request.GET["order"].split(","))[:limit]
        return Response({"items": self.get_serializer(rows, many=True).data, "next_cursor": None})


class Detail(RetrieveModelMixin, _Rows):
    lookup_field = "pk"

    def get(self, request: Request, **kwargs: Any) -> Response:
        return self.retrieve(request)
