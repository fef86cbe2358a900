from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Head(TenantModel):
    """Which revision of a definition an environment runs: the only mutable pointer of the metadata.

    The columns after ``revision`` are projected from it and written only together with it, by ``services/heads.py``.
    """

    environment = TenantForeignKey("tenancy.Environment", on_delete=models.PROTECT, verbose_name=_("environment"))
    definition = TenantForeignKey(
        "metadata.Definition", on_delete=models.PROTECT, related_name="heads", verbose_name=_("definition")
    )
    revision = TenantForeignKey(
        "metadata.Revision", on_delete=models.PROTECT, related_name="heads", verbose_name=_("revision")
    )
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=200)
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=20)
    number = models.PositiveIntegerField(_("revision number"))
    digest = models.CharField(_("digest"), max_length=64)
    moved_at = models.DateTimeField(_("moved at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("head")
        verbose_name_plural = _("heads")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "environment", "definition"], name="metadata_head_once_per_definition"
            ),
            # Every read of heads by key: a change's targets, the neighbourhood, the direct routes.
            models.UniqueConstraint(fields=["tenant_id", "environment", "kind", "key"], name="metadata_head_key_once"),
            # Deferred so that one merge may swap two names; the mover asks for the check before it ends.
            models.UniqueConstraint(
                fields=["tenant_id", "environment", "kind", "name"],
                name="metadata_head_name_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} #{self.number}"
