from django.db import models

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class ChangeRead(TenantModel):
    """A definition that the plan of a Ready change was judged by: a base type, a choice list, a user of what it alters.

    Kept while the change is Ready; ``*`` as kind and key where they are too many to list. A table and not an array
    column: behind row-level security the operators of arrays use no index.
    """

    change = TenantForeignKey("changes.Change", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "change", "kind", "key"], name="changes_read_once"),
        ]
        indexes = [
            # "Which ready changes were judged by this definition?", asked when its head moves.
            models.Index(fields=["tenant_id", "kind", "key"], name="changes_read_by_definition"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.kind}/{self.key}"
