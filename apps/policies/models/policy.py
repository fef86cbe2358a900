from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantManager, TenantQuerySet
from apps.metadata.models import Definition
from apps.policies.core.vocabulary import KIND


class PolicyManager(TenantManager):
    """The definitions that are policies."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        return super().get_queryset().filter(kind=KIND)


class Policy(Definition):
    """A policy as a page or an API shows it: one kind of definition, with no table of its own."""

    objects: ClassVar[PolicyManager] = PolicyManager()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
