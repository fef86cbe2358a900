"""The abstract tenant row. Concrete models live in the apps."""

from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from django.db import models

from apps.kernel.errors import NotFound
from apps.kernel.scope import open_tenant_id

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    """Rows of the open tenant."""

    def lock(self, pk: Any) -> Row_co:
        """The row, locked against other writers but not against foreign keys; :class:`NotFound` when there is none."""
        row = self.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
        if row is None:
            raise NotFound(id=str(pk))
        return row

    def one(self, pk: Any) -> Row_co:
        """The row; :class:`NotFound` when there is none."""
        row = self.filter(pk=pk).first()
        if row is None:
            raise NotFound(id=str(pk))
        return row


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Raises outside a scope transaction, where row-level security would silently show nothing."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        open_tenant_id()
        queryset: TenantQuerySet[Any] = super().get_queryset()
        return queryset


class TenantModel(models.Model):
    """A row behind the tenant wall. Its migration ends with ``SecureTenantTable``."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant_id = models.UUIDField(default=open_tenant_id, editable=False)

    objects: ClassVar[TenantManager] = TenantManager()

    class Meta:
        abstract = True
        default_permissions = ()
        base_manager_name = "objects"
