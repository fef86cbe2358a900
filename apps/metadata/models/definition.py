from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Definition(TenantModel):
    """The lineage of one piece of metadata: it survives renames, promotion, export and import.

    Made by the merge that defines it. Its key never changes; what it says lives in its revisions.
    """

    project = TenantForeignKey("tenancy.Project", on_delete=models.PROTECT, verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=200)
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "project", "kind", "key"], name="metadata_definition_key_once"
            ),
        ]
        indexes = [
            # "Does this key exist in another project?", asked for every missing neighbour.
            models.Index(fields=["tenant_id", "kind", "key"], name="metadata_definition_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
