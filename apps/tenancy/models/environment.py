"""Where definitions run: `dev`, `test`, `prod`."""

from django.db import models
from django.db.models import Q

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class Environment(TenantModel):
    """One stage of a project. Who must approve a merge into it, the policies say."""

    class Name(models.TextChoices):
        DEV = "dev", "dev"
        TEST = "test", "test"
        PROD = "prod", "prod"

    project = TenantForeignKey("tenancy.Project", related_name="environments")
    name = models.CharField(max_length=20, choices=Name.choices)
    position = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    requires_promotion_approval = models.BooleanField(default=False)
    promotion_webhook_url = models.URLField(max_length=500, null=True)  # noqa: DJ001  null on the wire too
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["project_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "project", "name"], name="tenancy_environment_name"),
            models.UniqueConstraint(
                fields=["tenant_id", "project"], condition=Q(is_default=True), name="tenancy_environment_one_default"
            ),
            models.CheckConstraint(
                condition=Q(name__in=["dev", "test", "prod"]), name="tenancy_environment_known_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
