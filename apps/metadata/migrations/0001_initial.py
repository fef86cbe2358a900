import uuid

import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0003_tables_of_django"),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "project",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="tenancy.project", verbose_name="project"
                    ),
                ),
            ],
            options={
                "verbose_name": "definition",
                "verbose_name_plural": "definitions",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Reference",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("edge", models.CharField(max_length=20, verbose_name="edge")),
                ("target_kind", models.CharField(max_length=40, verbose_name="target kind")),
                ("target_key", models.CharField(max_length=200, verbose_name="target key")),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None, verbose_name="path"
                    ),
                ),
                (
                    "environment",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenancy.environment",
                        verbose_name="environment",
                    ),
                ),
                (
                    "source",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="references",
                        to="metadata.definition",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "reference",
                "verbose_name_plural": "references",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("content", models.JSONField(verbose_name="content")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("change_id", models.UUIDField(verbose_name="change")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "definition",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="metadata.definition",
                        verbose_name="definition",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("status", models.CharField(max_length=20, verbose_name="status")),
                ("number", models.PositiveIntegerField(verbose_name="revision number")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
                (
                    "definition",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="metadata.definition",
                        verbose_name="definition",
                    ),
                ),
                (
                    "environment",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenancy.environment",
                        verbose_name="environment",
                    ),
                ),
                (
                    "revision",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="metadata.revision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "head",
                "verbose_name_plural": "heads",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="definition",
            index=models.Index(fields=["tenant_id", "kind", "key"], name="metadata_definition_by_key"),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "project", "kind", "key"), name="metadata_definition_key_once"
            ),
        ),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(
                fields=["tenant_id", "environment", "target_kind", "target_key"], name="metadata_reference_target"
            ),
        ),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(fields=["tenant_id", "environment", "source"], name="metadata_reference_source"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["tenant_id", "change_id"], name="metadata_revision_by_change"),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "definition", "number"), name="metadata_revision_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "environment", "definition"), name="metadata_head_once_per_definition"
            ),
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "environment", "kind", "key"), name="metadata_head_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="head",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("tenant_id", "environment", "kind", "name"),
                name="metadata_head_name_once",
            ),
        ),
        SecureTenantTable("Definition"),
        SecureTenantTable("Revision", append_only=True),
        SecureTenantTable("Head"),
        SecureTenantTable("Reference"),
    ]
