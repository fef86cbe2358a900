"""The container of definitions, changes, modules and environments."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.kernel.models import TenantModel
from apps.tenancy.core import names


class Project(FSMModelMixin, TenantModel):
    """A project. The first of a tenant is its default."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=names.KEY_LENGTH)
    description = models.TextField(blank=True)
    github_repo = models.CharField(max_length=200, null=True)  # noqa: DJ001  null on the wire too
    default_branch = models.CharField(max_length=200, default="main")
    is_default = models.BooleanField(default=False)
    status = FSMField(default=Status.ACTIVE, choices=Status.choices, protected=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="tenancy_project_name"),
            models.UniqueConstraint(fields=["tenant_id", "key"], name="tenancy_project_key"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=Q(is_default=True), name="tenancy_project_one_default"
            ),
            models.CheckConstraint(condition=Q(key__regex=names.KEY), name="tenancy_project_key_form"),
            models.CheckConstraint(condition=~Q(name=""), name="tenancy_project_named"),
            models.CheckConstraint(
                condition=Q(status="archived", archived_at__isnull=False)
                | Q(status="active", archived_at__isnull=True),
                name="tenancy_project_archived_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(field=status, source=Status.ACTIVE, target=Status.ARCHIVED)
    def archive(self, *, at: datetime) -> None:
        self.archived_at = at

    @transition(field=status, source=Status.ARCHIVED, target=Status.ACTIVE)
    def restore(self) -> None:
        self.archived_at = None
