"""Names of definitions for those who only have an id."""

from typing import Any

from apps.kernel.admin.linking import labels_for
from apps.metadata.models import Definition, Head


@labels_for("metadata.definition")
def keys(ids: set[str]) -> dict[Any, str]:
    return dict(Definition.objects.filter(pk__in=ids).values_list("pk", "key"))


@labels_for("metadata.head")
def head_keys(ids: set[str]) -> dict[Any, str]:
    return dict(Head.objects.filter(pk__in=ids).values_list("pk", "key"))
