import django.db.models.deletion
from django.db import migrations, models

import apps.kernel.fields
from apps.kernel.rls import SecureForeignKey


class Migration(migrations.Migration):
    offline = True

    dependencies = [("changes", "0003_impact")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="reverts",
            field=apps.kernel.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversals",
                to="changes.change",
                verbose_name="reverts",
            ),
        ),
        migrations.AlterField(
            model_name="change",
            name="origin",
            field=models.CharField(
                choices=[
                    ("manual", "by hand"),
                    ("direct", "direct route"),
                    ("clone", "clone"),
                    ("revert", "revert"),
                    ("adoption", "adoption"),
                ],
                default="manual",
                max_length=20,
                verbose_name="origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(
                condition=models.Q(("archived_at__isnull", True), ("reverts__isnull", False)),
                fields=("tenant_id", "reverts"),
                name="changes_change_reverted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "revert"), ("reverts__isnull", False)),
                    models.Q(models.Q(("origin", "revert"), _negated=True), ("reverts__isnull", True)),
                    _connector="OR",
                ),
                name="changes_change_revert_named",
            ),
        ),
        SecureForeignKey("Change", "reverts"),
    ]
