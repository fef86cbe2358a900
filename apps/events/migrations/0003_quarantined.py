from django.db import migrations, models


def _quarantined(queue: str) -> migrations.AddIndex:
    condition = models.Q(("status", "quarantined"))
    name = f"events_{queue}_quarantined"
    return migrations.AddIndex(
        queue, models.Index(fields=["tenant_id", "due_at", "id"], name=name, condition=condition)
    )


class Migration(migrations.Migration):
    offline = True

    dependencies = [("events", "0002_epoch")]

    operations = [
        migrations.AlterModelOptions(
            name="outbox",
            options={
                "ordering": ("due_at", "id"),
                "base_manager_name": "objects",
                "default_permissions": (),
                "verbose_name": "undelivered event",
            },
        ),
        _quarantined("timer"),
        _quarantined("outbox"),
    ]
