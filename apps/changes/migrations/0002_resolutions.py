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
        ("changes", "0001_initial"),
        ("metadata", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConflictResolution",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40, verbose_name="type")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="path"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("mine", "the change's"), ("theirs", "the environment's"), ("edited", "edited")],
                        max_length=10,
                        verbose_name="choice",
                    ),
                ),
                ("value", models.JSONField(null=True, verbose_name="value")),
                ("has_value", models.BooleanField(default=False)),
                ("theirs_digest", models.CharField(blank=True, max_length=64)),
                ("mine_digest", models.CharField(blank=True, max_length=64)),
                (
                    "operations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None, verbose_name="operations"
                    ),
                ),
                ("resolved_at", models.DateTimeField(verbose_name="resolved at")),
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
                    "base_revision",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="metadata.revision",
                        verbose_name="base revision",
                    ),
                ),
                (
                    "change",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="resolved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "resolution",
                "verbose_name_plural": "resolutions",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "change", "kind", "key", "path"), name="changes_resolution_once_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["mine", "theirs", "edited"])),
                        name="changes_resolution_known_choice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeRead",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                (
                    "change",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="changes.change"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant_id", "kind", "key"], name="changes_read_by_definition"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "change", "kind", "key"), name="changes_read_once"),
                ],
            },
        ),
        SecureTenantTable("ConflictResolution"),
        SecureTenantTable("ChangeRead"),
    ]
