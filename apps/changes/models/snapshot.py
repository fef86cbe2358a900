from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Snapshot(TenantModel):
    """Which revision a definition had before a change was merged; none where it did not exist."""

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("change")
    )
    definition = TenantForeignKey(
        "metadata.Definition", on_delete=models.PROTECT, related_name="+", verbose_name=_("definition")
    )
    revision_before = TenantForeignKey(
        "metadata.Revision", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("revision before")
    )
    taken_at = models.DateTimeField(_("taken at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "change", "definition"], name="changes_snapshot_once_per_definition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.definition_id}"

    @property
    def absent(self) -> bool:
        """Whether the definition did not exist before."""
        return self.revision_before_id is None

    @property
    def kind(self) -> str:
        return self.definition.kind

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def content(self) -> dict[str, Any] | None:
        """What the definition said before; none where it did not exist."""
        return self.revision_before.content if self.revision_before else None
