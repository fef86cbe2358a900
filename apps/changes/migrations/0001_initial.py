import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("metadata", "0001_initial"),
        ("tenancy", "0003_tables_of_django"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("Draft", "Draft"),
                            ("Implementing", "Implementing"),
                            ("WorkspaceRunning", "Workspace running"),
                            ("Validating", "Validating"),
                            ("ValidationFailed", "Validation failed"),
                            ("Ready", "Ready"),
                            ("Merged", "Merged"),
                        ],
                        default="Draft",
                        max_length=20,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("manual", "by hand"), ("direct", "direct route"), ("clone", "clone")],
                        default="manual",
                        max_length=20,
                        verbose_name="origin",
                    ),
                ),
                ("base_sha", models.CharField(blank=True, max_length=64, verbose_name="base commit")),
                ("module_path", models.CharField(blank=True, max_length=400, verbose_name="module path")),
                ("branch_name", models.CharField(blank=True, max_length=200, verbose_name="branch")),
                ("last_sequence", models.PositiveIntegerField(default=0)),
                ("created_by_kind", models.CharField(max_length=20, verbose_name="created by a")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("updated_at", models.DateTimeField(verbose_name="updated at")),
                ("plan", models.JSONField(null=True, verbose_name="plan")),
                ("approval_digest", models.CharField(blank=True, max_length=64, verbose_name="approval digest")),
                ("validated_at", models.DateTimeField(null=True, verbose_name="validated at")),
                ("checked_in_at", models.DateTimeField(null=True, verbose_name="checked in at")),
                ("merged_at", models.DateTimeField(null=True, verbose_name="merged at")),
                ("archived_at", models.DateTimeField(null=True, verbose_name="archived at")),
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
                    "checked_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked in by",
                    ),
                ),
                (
                    "cloned_from",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="changes.change",
                        verbose_name="cloned from",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "environment",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.environment",
                        verbose_name="environment",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="merged by",
                    ),
                ),
                (
                    "module",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.module",
                        verbose_name="module",
                    ),
                ),
                (
                    "project",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant_id", "-created_at", "-id"], name="changes_change_newest"),
                    models.Index(fields=["tenant_id", "status", "-created_at", "-id"], name="changes_change_by_status"),
                    models.Index(fields=["tenant_id", "author", "-created_at", "-id"], name="changes_change_by_author"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "number"), name="changes_change_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "Draft",
                                    "Implementing",
                                    "WorkspaceRunning",
                                    "Validating",
                                    "ValidationFailed",
                                    "Ready",
                                    "Merged",
                                ],
                            )
                        ),
                        name="changes_change_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_at__isnull", False), ("merged_by__isnull", False), ("status", "Merged")),
                            models.Q(
                                models.Q(("status", "Merged"), _negated=True),
                                ("merged_at__isnull", True),
                                ("merged_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="changes_change_merged_whole",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ChangeTarget",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=40, verbose_name="type")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("selector", models.JSONField(verbose_name="selector")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
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
                        related_name="targets",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "project",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant_id", "kind", "key"], name="changes_target_by_definition")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "change", "kind", "key"), name="changes_target_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("taken_at", models.DateTimeField(verbose_name="taken at")),
                (
                    "change",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "definition",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="metadata.definition",
                        verbose_name="definition",
                    ),
                ),
                (
                    "revision_before",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="metadata.revision",
                        verbose_name="revision before",
                    ),
                ),
            ],
            options={
                "verbose_name": "snapshot",
                "verbose_name_plural": "snapshots",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "change", "definition"), name="changes_snapshot_once_per_definition"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeOperation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("sequence", models.PositiveIntegerField(verbose_name="sequence")),
                ("operation", models.CharField(max_length=40, verbose_name="operation")),
                ("payload", models.JSONField(verbose_name="payload")),
                ("display", models.JSONField(verbose_name="as written")),
                ("summary", models.CharField(max_length=500, verbose_name="summary")),
                (
                    "claims",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=250), size=None, verbose_name="claims"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("executed_at", models.DateTimeField(null=True, verbose_name="executed at")),
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
                        related_name="operations",
                        to="changes.change",
                        verbose_name="change",
                    ),
                ),
                (
                    "target",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="changes.changetarget",
                        verbose_name="target",
                    ),
                ),
                (
                    "previous_snapshot",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="changes.snapshot",
                        verbose_name="before",
                    ),
                ),
            ],
            options={
                "verbose_name": "operation",
                "verbose_name_plural": "operations",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["tenant_id", "target", "sequence"], name="changes_operation_by_target")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("executed_at__isnull", True), ("previous_snapshot__isnull", True)),
                            models.Q(("executed_at__isnull", False), ("previous_snapshot__isnull", False)),
                            _connector="OR",
                        ),
                        name="changes_operation_stamped_whole",
                    ),
                    models.UniqueConstraint(
                        fields=("tenant_id", "change", "sequence"), name="changes_operation_sequence_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeCounter",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("last", models.BigIntegerField()),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("tenant_id",), name="changes_counter_once_per_tenant")],
            },
        ),
        SecureTenantTable("Change"),
        SecureTenantTable("ChangeTarget"),
        SecureTenantTable("Snapshot", append_only=True),
        SecureTenantTable("ChangeOperation"),
        SecureTenantTable("ChangeCounter"),
    ]
