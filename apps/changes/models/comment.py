from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel

PERSON = settings.AUTH_USER_MODEL


class Comment(TenantModel):
    """Something said about a change, or about one of its operations.

    ``about`` keeps what the operation said when the comment was written: the operation may be edited or deleted. A
    deleted comment keeps its place and its author and loses its words.
    """

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="comments", verbose_name=_("change")
    )
    operation = TenantForeignKey(
        "changes.ChangeOperation",
        on_delete=models.SET_NULL,
        related_name="comments",
        null=True,
        verbose_name=_("operation"),
    )
    about = models.CharField(_("about"), max_length=500, blank=True)
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("author"))
    body = models.TextField(_("text"), blank=True)
    mentions = ArrayField(models.UUIDField(), verbose_name=_("mentions"), default=list)
    created_at = models.DateTimeField(_("created at"))
    edited_at = models.DateTimeField(_("edited at"), null=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True)
    deleted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("deleted by"))

    class Meta(TenantModel.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            # What was deleted is gone, and who took it away is known.
            models.CheckConstraint(
                name="changes_comment_deleted_whole",
                condition=Q(deleted_at__isnull=True, deleted_by__isnull=True) & ~Q(body="")
                | Q(deleted_at__isnull=False, deleted_by__isnull=False, body="", mentions=[]),
            ),
        ]
        indexes = [
            # The conversation on a change's page, oldest first.
            models.Index(fields=["tenant_id", "change", "created_at", "id"], name="changes_comment_in_order"),
            # What was said about an operation that is deleted.
            models.Index(
                fields=["tenant_id", "operation"],
                name="changes_comment_of_operation",
                condition=Q(operation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.body[:80]
