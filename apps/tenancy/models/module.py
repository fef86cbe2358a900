"""A part of a project, and what may be done in it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel
from apps.tenancy.core import names


class Module(TenantModel):
    """A unit of organisation with a root path below the project and a capability profile."""

    class Type(models.TextChoices):
        CODE = "code", _("code")
        SCHEMA = "schema", _("schema")
        WORKFLOW = "workflow", _("workflow")
        UI = "ui", _("user interface")
        INTEGRATION = "integration", _("integration")
        APPLICATION = "application", _("application")

    class CapabilityProfile(models.TextChoices):
        CODE_MODULE_DEFAULT = "CODE_MODULE_DEFAULT", _("code")
        WORKFLOW_MODULE_DEFAULT = "WORKFLOW_MODULE_DEFAULT", _("workflow")
        READ_ONLY = "READ_ONLY", _("read only")

    project = TenantForeignKey("tenancy.Project", related_name="modules")
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=20, choices=Type.choices)
    root_path = models.CharField(max_length=200, default=".")
    version = models.CharField(max_length=40, default="0.1.0")
    capability_profile = models.CharField(max_length=40, choices=CapabilityProfile.choices)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["project_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "project", "name"], name="tenancy_module_name"),
            models.CheckConstraint(condition=Q(root_path__regex=names.ROOT_PATH), name="tenancy_module_root_path"),
            models.CheckConstraint(
                condition=Q(type__in=["code", "schema", "workflow", "ui", "integration", "application"]),
                name="tenancy_module_type",
            ),
            models.CheckConstraint(
                condition=Q(capability_profile__in=["CODE_MODULE_DEFAULT", "WORKFLOW_MODULE_DEFAULT", "READ_ONLY"]),
                name="tenancy_module_profile",
            ),
        ]

    def __str__(self) -> str:
        return self.name
