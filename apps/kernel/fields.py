"""Field types that keep the tenant wall."""

from typing import Any

from django.db import models


class TenantForeignKey(models.ForeignKey):
    """A reference between two tables of one tenant.

    Foreign keys bypass row-level security, so a plain constraint would accept another tenant's row. This one carries
    no constraint of its own: :class:`apps.kernel.rls.SecureTenantTable` adds the composite one with ``tenant_id``.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs
