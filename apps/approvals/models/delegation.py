from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel

PERSON = settings.AUTH_USER_MODEL


class Delegation(TenantModel):
    """One person lends another their place among the approvers, from one time to another.

    A place, not a permission: whoever stands in needs the permission too. Both are people, by check and by composite
    key, as with votes. It ends once, by its end or by being revoked, and is never rewritten.
    """

    HUMAN = "human"

    delegator = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", db_constraint=False, verbose_name=_("who is away")
    )
    delegator_kind = models.CharField(max_length=20, default=HUMAN)
    delegate = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", db_constraint=False, verbose_name=_("who stands in")
    )
    delegate_kind = models.CharField(max_length=20, default=HUMAN)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("made at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("revoked by"))

    class Meta(TenantModel.Meta):
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                name="approvals_delegation_of_humans", condition=Q(delegator_kind="human", delegate_kind="human")
            ),
            models.CheckConstraint(name="approvals_delegation_to_another", condition=~Q(delegator=F("delegate"))),
            models.CheckConstraint(name="approvals_delegation_ends_later", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="approvals_delegation_revoked_whole",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]
        indexes = [
            # "Whose places does this person have now?"
            models.Index(
                fields=["tenant_id", "delegate", "ends_at"],
                name="approvals_delegation_to",
                condition=Q(revoked_at__isnull=True),
            ),
            # "To whom did this person lend their place?"
            models.Index(
                fields=["tenant_id", "delegator", "ends_at"],
                name="approvals_delegation_from",
                condition=Q(revoked_at__isnull=True),
            ),
            # The list, newest first.
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="approvals_delegation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} → {self.delegate_id}"
