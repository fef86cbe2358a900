from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Reference(TenantModel):
    """One edge between heads ("what uses this?"): a projection, rebuilt from heads at will, never written by hand.

    The target is named by kind and key, so that an edge to something that does not exist can be kept and found.
    """

    environment = TenantForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, db_index=False, verbose_name=_("environment")
    )
    source = TenantForeignKey(
        "metadata.Definition",
        on_delete=models.PROTECT,
        related_name="references",
        db_index=False,
        verbose_name=_("source"),
    )
    edge = models.CharField(_("edge"), max_length=20)
    target_kind = models.CharField(_("target kind"), max_length=40)
    target_key = models.CharField(_("target key"), max_length=200)
    path = ArrayField(models.CharField(max_length=200), verbose_name=_("path"), default=list)

    class Meta(TenantModel.Meta):
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        # None begins with the environment alone: where statistics are behind, one that reads all of an environment
        # looks as good as the one over targets.
        indexes = [
            # "Who points at this?": descendants and users of a definition, paged by source where there are many.
            models.Index(
                fields=["tenant_id", "environment", "target_kind", "target_key", "source"],
                name="metadata_reference_target",
            ),
            # "What inherits from this, and what else hangs on what it says?", past the thousands that only refer to it.
            models.Index(
                fields=["tenant_id", "environment", "target_kind", "target_key", "edge", "source"],
                condition=~Q(edge="references"),
                name="metadata_reference_dependants",
            ),
            # "What does this point at?": ancestors, and the rewrite of a source's edges.
            models.Index(fields=["tenant_id", "source", "environment"], name="metadata_reference_source"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.edge} {self.target_kind}/{self.target_key}"
