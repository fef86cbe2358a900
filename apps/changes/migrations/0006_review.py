import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    offline = True

    dependencies = [
        ("changes", "0005_comments"),
        ("approvals", "0002_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="denied_at",
            field=models.DateTimeField(null=True, verbose_name="denied at"),
        ),
        migrations.AddField(
            model_name="change",
            name="denied_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="denied by",
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="denial_reason",
            field=models.CharField(blank=True, max_length=2000, verbose_name="reason of the denial"),
        ),
        migrations.AddField(
            model_name="change",
            name="former_authors",
            field=ArrayField(base_field=models.UUIDField(), default=list, size=None, verbose_name="former authors"),
        ),
        migrations.AddField(
            model_name="change",
            name="written_by_kind",
            field=models.CharField(default="human", max_length=20, verbose_name="written by a"),
            preserve_default=False,
        ),
        # Of the changes that are there it is known what created them. The owner sees every tenant's for this statement.
        migrations.RunSQL(
            """
            alter table changes_change no force row level security;
            update changes_change set written_by_kind = created_by_kind where written_by_kind <> created_by_kind;
            alter table changes_change force row level security;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("denial_reason", ""), ("denied_at__isnull", True), ("denied_by__isnull", True)),
                    models.Q(
                        ("archived_at__isnull", False),
                        ("denied_at__isnull", False),
                        ("denied_by__isnull", False),
                        models.Q(("denial_reason", ""), _negated=True),
                        models.Q(("status__in", ["Ready", "Merged"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="changes_change_denied_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["tenant_id", "-created_at", "-id"],
                name="changes_change_archived",
            ),
        ),
    ]
