from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantManager, TenantQuerySet
from apps.metadata.models import Definition
from apps.types.core.record_type import KIND


class RecordTypeManager(TenantManager):
    """The definitions that are record types."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        return super().get_queryset().filter(kind=KIND)


class RecordType(Definition):
    """A record type as a page or an API shows it: one kind of definition, with no table of its own.

    What an environment runs of it is annotated by ``apps.types.queries``.
    """

    objects: ClassVar[RecordTypeManager] = RecordTypeManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("record type")
        verbose_name_plural = _("record types")
