import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0004_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("about", models.CharField(blank=True, max_length=500, verbose_name="about")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "mentions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None, verbose_name="mentions"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("edited_at", models.DateTimeField(null=True, verbose_name="edited at")),
                ("deleted_at", models.DateTimeField(null=True, verbose_name="deleted at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "change",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deleted by",
                    ),
                ),
                (
                    "operation",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to="changes.changeoperation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant_id", "change", "created_at", "id"], name="changes_comment_in_order"),
                    models.Index(
                        condition=models.Q(("operation__isnull", False)),
                        fields=["tenant_id", "operation"],
                        name="changes_comment_of_operation",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("deleted_at__isnull", True),
                                ("deleted_by__isnull", True),
                                models.Q(("body", ""), _negated=True),
                            ),
                            models.Q(
                                ("body", ""),
                                ("deleted_at__isnull", False),
                                ("deleted_by__isnull", False),
                                ("mentions", []),
                            ),
                            _connector="OR",
                        ),
                        name="changes_comment_deleted_whole",
                    )
                ],
            },
        ),
        SecureTenantTable("Comment"),
    ]
