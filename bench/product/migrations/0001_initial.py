import uuid

from django.db import migrations, models

import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("text", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "bench_note",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        SecureTenantTable("Note"),
    ]
