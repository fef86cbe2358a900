from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel


class Notice(TenantModel):
    """A sentence for one person about one thing, until they have read it."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=60)
    text = models.CharField(_("text"), max_length=500)
    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.UUIDField(_("subject"))
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("whose act it was")
    )
    created_at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(name="approvals_notice_says_something", condition=~Q(text="")),
        ]
        indexes = [
            # A person's notices, newest first.
            models.Index(fields=["tenant_id", "recipient", "-created_at", "-id"], name="approvals_notice_of_person"),
            # How many wait to be read, on every page.
            models.Index(
                fields=["tenant_id", "recipient", "-created_at", "-id"],
                name="approvals_notice_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text
