"""The container of definitions, changes, modules and environments."""

from django.db import models
from django.db.models import Q

from apps.kernel.models import TenantModel
from apps.tenancy.core import names
from apps.tenancy.models.archivable import Archivable, archived_at_is_known


class Project(Archivable, TenantModel):
    """A project. The first of a tenant is its default."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=names.KEY_LENGTH)
    description = models.TextField(blank=True)
    github_repo = models.CharField(max_length=200, null=True)  # noqa: DJ001  null on the wire too
    default_branch = models.CharField(max_length=200, default="main")
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

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
            archived_at_is_known("tenancy_project_archived_at"),
        ]

    def __str__(self) -> str:
        return self.name
