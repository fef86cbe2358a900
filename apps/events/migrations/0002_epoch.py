from django.db import migrations, models

from apps.kernel.rls import GrantGlobal


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("lead", models.BigIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1), ("lead__gte", 0)), name="events_epoch_one_row")
                ],
            },
        ),
        GrantGlobal("events_epoch", "select", reason="one number for the whole cluster, written by the owner"),
        migrations.RunSQL("insert into events_epoch (id, lead) values (1, 0)", migrations.RunSQL.noop),
    ]
