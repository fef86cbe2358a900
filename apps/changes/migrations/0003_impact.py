import uuid

import django.db.models.deletion
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_resolutions")]

    operations = [
        migrations.CreateModel(
            name="ChangeImpact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("roots", models.JSONField(verbose_name="definitions")),
                ("result", models.JSONField(verbose_name="result")),
                ("cursor", models.JSONField(null=True, verbose_name="cursor")),
                ("progress", models.FloatField(default=0, verbose_name="progress")),
                ("run", models.UUIDField(verbose_name="run")),
                ("measured_at", models.DateTimeField(verbose_name="measured at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                (
                    "change",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impacts",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
            ],
            options={
                "verbose_name": "impact",
                "verbose_name_plural": "impacts",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "change"), name="changes_impact_once_per_change"),
                ],
            },
        ),
        SecureTenantTable("ChangeImpact"),
    ]
