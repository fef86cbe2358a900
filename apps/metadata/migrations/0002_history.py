import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable
from apps.metadata.migrations._past_moves import keep_nothing, keep_past_moves


class Migration(migrations.Migration):
    offline = True

    dependencies = [
        ("metadata", "0001_initial"),
        ("tenancy", "0003_tables_of_django"),
        ("events", "0002_epoch"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HeadMove",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("status", models.CharField(max_length=20, verbose_name="status")),
                ("number", models.PositiveIntegerField(verbose_name="revision number")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("digest_before", models.CharField(blank=True, max_length=64, verbose_name="digest before")),
                ("change_id", models.UUIDField(verbose_name="change")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
                (
                    "definition",
                    apps.kernel.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="metadata.definition",
                        verbose_name="definition",
                    ),
                ),
                (
                    "environment",
                    apps.kernel.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.environment",
                        verbose_name="environment",
                    ),
                ),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="moved by",
                    ),
                ),
                (
                    "revision",
                    apps.kernel.fields.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="metadata.revision",
                        verbose_name="revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of a head",
                "verbose_name_plural": "moves of heads",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "environment", "-moved_at", "-id"], name="metadata_headmove_newest"
                    ),
                    models.Index(
                        fields=["tenant_id", "definition", "-moved_at", "-id"], name="metadata_headmove_history"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "environment", "kind", "key", "moved_at"), name="metadata_headmove_once"
                    )
                ],
            },
        ),
        SecureTenantTable("HeadMove", append_only=True),
        migrations.RemoveIndex(model_name="reference", name="metadata_reference_target"),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(
                fields=["tenant_id", "environment", "target_kind", "target_key", "source"],
                name="metadata_reference_target",
            ),
        ),
        migrations.RemoveIndex(model_name="reference", name="metadata_reference_source"),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(fields=["tenant_id", "source", "environment"], name="metadata_reference_source"),
        ),
        migrations.AddIndex(
            model_name="reference",
            index=models.Index(
                condition=models.Q(("edge", "references"), _negated=True),
                fields=["tenant_id", "environment", "target_kind", "target_key", "edge", "source"],
                name="metadata_reference_dependants",
            ),
        ),
        migrations.AlterField(
            model_name="reference",
            name="environment",
            field=apps.kernel.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="tenancy.environment",
                verbose_name="environment",
            ),
        ),
        migrations.AlterField(
            model_name="reference",
            name="source",
            field=apps.kernel.fields.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="references",
                to="metadata.definition",
                verbose_name="source",
            ),
        ),
        migrations.RunPython(keep_past_moves, keep_nothing),
    ]
