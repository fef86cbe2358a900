from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_requests")]

    operations = [
        migrations.AddField(
            model_name="request",
            name="seated",
            field=models.JSONField(null=True, verbose_name="who agreed"),
        ),
    ]
