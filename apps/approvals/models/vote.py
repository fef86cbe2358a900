from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel


class Vote(TenantModel):
    """One person's yes to exactly one digest of one subject.

    The row names the voter's kind beside the voter: a check allows only humans and a composite key to the principal
    proves that the kind is true, so the database itself refuses the vote of an agent.
    """

    HUMAN = "human"

    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.UUIDField(_("subject"))
    digest = models.CharField(_("digest"), max_length=64)
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        verbose_name=_("voter"),
    )
    voter_kind = models.CharField(_("voter kind"), max_length=20, default=HUMAN)
    evidence = models.JSONField(_("evidence"), default=dict)
    cast_at = models.DateTimeField(_("cast at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    voided_at = models.DateTimeField(_("voided at"), null=True)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.CheckConstraint(name="approvals_vote_of_a_human", condition=Q(voter_kind="human")),
            models.CheckConstraint(
                name="approvals_vote_ends_once",
                condition=Q(withdrawn_at__isnull=True) | Q(voided_at__isnull=True),
            ),
            # One standing vote per person and subject; also serves "who stands behind this subject?".
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id", "voter"],
                name="approvals_vote_standing_once",
                condition=Q(withdrawn_at__isnull=True, voided_at__isnull=True),
            ),
        ]
        indexes = [
            # The history of a subject's votes on its page.
            models.Index(fields=["tenant_id", "subject_type", "subject_id", "cast_at"], name="approvals_vote_history"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.digest[:12]}"

    @property
    def stands(self) -> bool:
        """Whether the vote still counts."""
        return self.withdrawn_at is None and self.voided_at is None
