"""Names of definitions for those who only have an id."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.linking import labels_for
from apps.kernel.admin.naming import called, explains
from apps.metadata.models import Definition, Head

called({"metadata.rebuild_references": _("Rebuild the references")})
explains({"metadata.rebuild_references": _("The table of what refers to what is made anew from what runs.")})


@labels_for("metadata.definition")
def keys(ids: set[str]) -> dict[Any, str]:
    return dict(Definition.objects.filter(pk__in=ids).values_list("pk", "key"))


@labels_for("metadata.head")
def head_keys(ids: set[str]) -> dict[Any, str]:
    return dict(Head.objects.filter(pk__in=ids).values_list("pk", "key"))
