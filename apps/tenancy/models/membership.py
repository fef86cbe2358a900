"""Which principal belongs to which tenant."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class Membership(FSMModelMixin, models.Model):
    """A principal in a tenant. An operator's visit is a membership with an end (``expires_at``) and a reason.

    ``access_version`` rises with every change of what the member may do; permissions are cached by it.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.ForeignKey("tenancy.Tenant", models.PROTECT, related_name="memberships")
    principal = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="memberships")
    status = FSMField(default=Status.ACTIVE, choices=Status.choices, protected=True)
    access_version = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["tenant_id", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "principal"], name="tenancy_membership_once"),
            # Serves the composite keys of tenant tables that name a member.
            models.UniqueConstraint(fields=["tenant", "id"], name="tenancy_membership_tenant_key"),
            models.CheckConstraint(condition=Q(status__in=["active", "removed"]), name="tenancy_membership_status"),
            models.CheckConstraint(
                condition=Q(status="removed", removed_at__isnull=False) | Q(status="active", removed_at__isnull=True),
                name="tenancy_membership_removed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} @ {self.tenant}"

    @transition(field=status, source=Status.ACTIVE, target=Status.REMOVED)
    def remove(self, *, at: datetime) -> None:
        self.removed_at = at
        self.access_version += 1

    @transition(field=status, source=Status.REMOVED, target=Status.ACTIVE)
    def restore(self) -> None:
        self.removed_at = None
        self.expires_at = None
        self.reason = ""
        self.access_version += 1
