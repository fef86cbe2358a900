"""An open door for one e-mail address."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.kernel.models import TenantModel


class Invitation(FSMModelMixin, TenantModel):
    """An invitation to join the tenant. The link is signed, not stored; ``roles`` are given on acceptance."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("revoked")

    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    roles = models.JSONField(default=list)
    status = FSMField(default=Status.PENDING, choices=Status.choices, protected=True)
    invited_by = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey("tenancy.Principal", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "id"]
        constraints = [
            # One open door per address; asking again moves its date.
            models.UniqueConstraint(
                fields=["tenant_id", "email"], condition=Q(status="pending"), name="tenancy_invitation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "accepted", "revoked"]), name="tenancy_invitation_status"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", settled_at__isnull=True)
                | Q(~Q(status="pending"), settled_at__isnull=False),
                name="tenancy_invitation_settled_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(accepted_by__isnull=False), name="tenancy_invitation_accepted_by"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @transition(field=status, source=Status.PENDING, target=Status.ACCEPTED)
    def accept(self, *, by: Any, at: datetime) -> None:
        self.accepted_by, self.settled_at = by, at

    @transition(field=status, source=Status.PENDING, target=Status.REVOKED)
    def revoke(self, *, at: datetime) -> None:
        self.settled_at = at
