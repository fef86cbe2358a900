from django.db import models

from apps.kernel.models import TenantModel


class ChangeCounter(TenantModel):
    """The last number a tenant gave to a change. Taken as late as a service can, since it is held until the commit."""

    last = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id"], name="changes_counter_once_per_tenant")]

    def __str__(self) -> str:
        return str(self.last)
