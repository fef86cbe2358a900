from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Vote(TenantModel):
    """What one person said to exactly one digest of one subject: yes, not like this, or no.

    Only a yes is counted; the other two end the request they answer.

    The row names the voter's kind beside the voter: a check allows only humans and a composite key to the principal
    proves that the kind is true, so the database itself refuses the vote of an agent.
    """

    HUMAN = "human"

    class Decision(models.TextChoices):
        APPROVE = "approve", _("approved")
        REQUEST_CHANGES = "request_changes", _("requested changes")
        DENY = "deny", _("denied")

    request = TenantForeignKey(
        "approvals.Request", on_delete=models.PROTECT, related_name="votes", null=True, verbose_name=_("request")
    )
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
    decision = models.CharField(_("decision"), max_length=20, choices=Decision.choices, default=Decision.APPROVE)
    comment = models.CharField(_("comment"), max_length=2_000, blank=True)
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
            models.CheckConstraint(
                name="approvals_vote_known_decision",
                condition=Q(decision__in=["approve", "request_changes", "deny"]),
            ),
            # Whoever refuses says why.
            models.CheckConstraint(
                name="approvals_vote_refusal_explained", condition=Q(decision="approve") | ~Q(comment="")
            ),
            # One standing vote per person and subject; also serves "who stands behind this subject?".
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id", "voter"],
                name="approvals_vote_standing_once",
                condition=Q(withdrawn_at__isnull=True, voided_at__isnull=True, decision="approve"),
            ),
        ]
        indexes = [
            # The history of a subject's votes on its page.
            models.Index(fields=["tenant_id", "subject_type", "subject_id", "cast_at"], name="approvals_vote_history"),
            # "Which requests stand on this person's vote?", when their rights change.
            models.Index(
                fields=["tenant_id", "voter", "request"],
                name="approvals_vote_standing_of",
                condition=Q(withdrawn_at__isnull=True, voided_at__isnull=True, decision="approve"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.digest[:12]}"

    @property
    def stands(self) -> bool:
        """Whether it is a yes that was neither taken back nor made void."""
        return self.decision == self.Decision.APPROVE and self.withdrawn_at is None and self.voided_at is None
