from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class ChangeImpact(TenantModel):
    """What a change reaches, as far as it has been measured: by its last validation, and by a worker beyond that.

    ``roots`` are the definitions that it alters. ``cursor`` is where the worker goes on; none before it began and
    after it finished. ``result`` holds lower bounds until ``finished_at`` is set.
    """

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="impacts", verbose_name=_("change")
    )
    roots = models.JSONField(_("definitions"))
    result = models.JSONField(_("result"))
    cursor = models.JSONField(_("cursor"), null=True)
    progress = models.FloatField(_("progress"), default=0)
    run = models.UUIDField(_("run"))
    measured_at = models.DateTimeField(_("measured at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("impact")
        verbose_name_plural = _("impacts")
        constraints = [
            # Also serves the change's page and its route.
            models.UniqueConstraint(fields=["tenant_id", "change"], name="changes_impact_once_per_change"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.progress:.0%}"

    @property
    def status(self) -> str:
        """``complete``, or ``measuring`` while a worker counts on."""
        return "measuring" if self.finished_at is None else "complete"

    @property
    def shown(self) -> dict[str, Any]:
        """The result with how far it is."""
        return {**self.result, "status": self.status, "progress": self.progress, "measured_at": self.measured_at}
