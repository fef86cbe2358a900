"""A role is a named set of permissions within one tenant."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Role(FSMModelMixin, TenantModel):
    """A disabled role grants nothing; its assignments stay."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        DISABLED = "disabled", _("disabled")

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_seeded = models.BooleanField(default=False)
    status = FSMField(default=Status.ACTIVE, choices=Status.choices, protected=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="access_role_name"),
            models.CheckConstraint(condition=Q(status__in=["active", "disabled"]), name="access_role_status"),
            models.CheckConstraint(condition=~Q(name=""), name="access_role_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(field=status, source=Status.DISABLED, target=Status.ACTIVE)
    def enable(self, *, at: datetime) -> None:
        """Grants count again."""

    @transition(field=status, source=Status.ACTIVE, target=Status.DISABLED)
    def disable(self, *, at: datetime) -> None:
        """Grants nothing from now on."""


class RolePermission(TenantModel):
    """A permission of a role. A revoked one stays as a row, so that seeding never grants it again."""

    role = TenantForeignKey("access.Role", related_name="grants")
    permission = models.CharField(max_length=80)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["permission", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "role", "permission"], name="access_role_permission_once")
        ]

    def __str__(self) -> str:
        return self.permission


class RoleAssignment(TenantModel):
    """A member holds a role."""

    role = TenantForeignKey("access.Role", related_name="assignments")
    membership = TenantForeignKey("tenancy.Membership", related_name="+")
    assigned_by = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            # Starts with the membership: it serves the look-up of a member's permissions.
            models.UniqueConstraint(fields=["tenant_id", "membership", "role"], name="access_role_assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.role_id} → {self.membership_id}"
