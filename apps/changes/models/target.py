from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class ChangeTarget(TenantModel):
    """A definition a change may touch, and the revision the change's operations were made against.

    ``base_revision`` is none where the definition did not exist then. It is set with the first operation and follows
    the head as long as the operations replay without a conflict.
    """

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="targets", verbose_name=_("change")
    )
    project = TenantForeignKey("tenancy.Project", on_delete=models.PROTECT, related_name="+", verbose_name=_("project"))
    kind = models.CharField(_("type"), max_length=40)
    key = models.CharField(_("key"), max_length=200)
    selector = models.JSONField(_("selector"))
    base_revision = TenantForeignKey(
        "metadata.Revision", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("base revision")
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "change", "kind", "key"], name="changes_target_once"),
        ]
        indexes = [
            # "Which changes wait on this definition?", asked when its head moves.
            models.Index(fields=["tenant_id", "kind", "key"], name="changes_target_by_definition"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"
