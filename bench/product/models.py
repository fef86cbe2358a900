from django.db import models

from apps.kernel.models import TenantModel


class Note(TenantModel):
    """One row, as small as a tenant's row can be: what the trivial command writes."""

    text = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        app_label = "product"
        db_table = "bench_note"

    def __str__(self) -> str:
        return self.text
