from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class ChangeOperation(TenantModel):
    """One typed operation of a change. The payload holds lineage ids; ``display`` keeps what the person wrote.

    Pending until the merge stamps it: ``previous_snapshot`` and ``executed_at`` are set together or not at all.
    """

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="operations", verbose_name=_("change")
    )
    target = TenantForeignKey(
        "changes.ChangeTarget", on_delete=models.PROTECT, related_name="operations", verbose_name=_("target")
    )
    sequence = models.PositiveIntegerField(_("sequence"))
    operation = models.CharField(_("operation"), max_length=40)
    payload = models.JSONField(_("payload"))
    display = models.JSONField(_("as written"))
    summary = models.CharField(_("summary"), max_length=500)
    claims = ArrayField(models.CharField(max_length=250), verbose_name=_("claims"))
    # The responsible human of whoever staged it: none of them may approve the change.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created at"))
    previous_snapshot = TenantForeignKey(
        "changes.Snapshot", on_delete=models.PROTECT, related_name="operations", null=True, verbose_name=_("before")
    )
    executed_at = models.DateTimeField(_("executed at"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        constraints = [
            models.CheckConstraint(
                name="changes_operation_stamped_whole",
                condition=Q(previous_snapshot__isnull=True, executed_at__isnull=True)
                | Q(previous_snapshot__isnull=False, executed_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["tenant_id", "change", "sequence"], name="changes_operation_sequence_once"),
        ]
        indexes = [
            # The pending operations of one definition while another is staged.
            models.Index(fields=["tenant_id", "target", "sequence"], name="changes_operation_by_target"),
        ]

    def __str__(self) -> str:
        return self.summary

    @property
    def state(self) -> str:
        """``pending`` or ``executed``; a failed execution leaves an operation pending."""
        return "pending" if self.executed_at is None else "executed"

    @property
    def kind(self) -> str:
        return self.target.kind

    @property
    def key(self) -> str:
        return self.target.key
