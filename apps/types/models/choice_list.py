from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantManager, TenantQuerySet
from apps.metadata.models import Definition
from apps.types.core.choice_list import KIND


class ChoiceListManager(TenantManager):
    """The definitions that are choice lists."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        return super().get_queryset().filter(kind=KIND)


class ChoiceList(Definition):
    """A choice list as a page or an API shows it: one kind of definition, with no table of its own."""

    objects: ClassVar[ChoiceListManager] = ChoiceListManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("choice list")
        verbose_name_plural = _("choice lists")
