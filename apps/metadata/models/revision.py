from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Revision(TenantModel):
    """What a definition said at one point: immutable and addressed by the digest of its content."""

    definition = TenantForeignKey(
        "metadata.Definition", on_delete=models.PROTECT, related_name="revisions", verbose_name=_("definition")
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    # The change that made it: a plain id, since changes live above metadata.
    change_id = models.UUIDField(_("change"))
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            # Also serves the history page of a definition and "the newest number".
            models.UniqueConstraint(fields=["tenant_id", "definition", "number"], name="metadata_revision_number_once"),
        ]
        indexes = [
            # "What did this change write?" on the page of a change.
            models.Index(fields=["tenant_id", "change_id"], name="metadata_revision_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} #{self.number}"
