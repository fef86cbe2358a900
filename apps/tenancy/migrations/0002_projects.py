import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=63)),
                ("description", models.TextField(blank=True)),
                ("github_repo", models.CharField(max_length=200, null=True)),
                ("default_branch", models.CharField(default="main", max_length=200)),
                ("is_default", models.BooleanField(default=False)),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[("active", "active"), ("archived", "archived")],
                        default="active",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["name", "id"],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "name"), name="tenancy_project_name"),
                    models.UniqueConstraint(fields=("tenant_id", "key"), name="tenancy_project_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("tenant_id",),
                        name="tenancy_project_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z][a-z0-9_]*$")), name="tenancy_project_key_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="tenancy_project_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("archived_at__isnull", False), ("status", "archived")),
                            models.Q(("archived_at__isnull", True), ("status", "active")),
                            _connector="OR",
                        ),
                        name="tenancy_project_archived_at",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Environment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("name", models.CharField(choices=[("dev", "dev"), ("test", "test"), ("prod", "prod")], max_length=20)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_default", models.BooleanField(default=False)),
                ("requires_promotion_approval", models.BooleanField(default=False)),
                ("promotion_webhook_url", models.URLField(max_length=500, null=True)),
                ("required_votes", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "project",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="environments", to="tenancy.project"
                    ),
                ),
            ],
            options={
                "ordering": ["project_id", "position", "id"],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "project", "name"), name="tenancy_environment_name"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("tenant_id", "project"),
                        name="tenancy_environment_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["dev", "test", "prod"])), name="tenancy_environment_known_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Module",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("name", models.CharField(max_length=120)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("code", "code"),
                            ("schema", "schema"),
                            ("workflow", "workflow"),
                            ("ui", "user interface"),
                            ("integration", "integration"),
                            ("application", "application"),
                        ],
                        max_length=20,
                    ),
                ),
                ("root_path", models.CharField(default=".", max_length=200)),
                ("version", models.CharField(default="0.1.0", max_length=40)),
                (
                    "capability_profile",
                    models.CharField(
                        choices=[
                            ("CODE_MODULE_DEFAULT", "code"),
                            ("WORKFLOW_MODULE_DEFAULT", "workflow"),
                            ("READ_ONLY", "read only"),
                        ],
                        max_length=40,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "project",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="modules", to="tenancy.project"
                    ),
                ),
            ],
            options={
                "ordering": ["project_id", "name", "id"],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "project", "name"), name="tenancy_module_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("root_path__regex", "^(\\.|[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)$")
                        ),
                        name="tenancy_module_root_path",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("type__in", ["code", "schema", "workflow", "ui", "integration", "application"])
                        ),
                        name="tenancy_module_type",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capability_profile__in", ["CODE_MODULE_DEFAULT", "WORKFLOW_MODULE_DEFAULT", "READ_ONLY"])
                        ),
                        name="tenancy_module_profile",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("roles", models.JSONField(default=list)),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[("pending", "pending"), ("accepted", "accepted"), ("revoked", "revoked")],
                        default="pending",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("tenant_id", "email"),
                        name="tenancy_invitation_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "accepted", "revoked"])),
                        name="tenancy_invitation_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("status", "pending")),
                            models.Q(models.Q(("status", "pending"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="tenancy_invitation_settled_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "accepted"), _negated=True),
                            ("accepted_by__isnull", False),
                            _connector="OR",
                        ),
                        name="tenancy_invitation_accepted_by",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        SecureTenantTable("Project"),
        SecureTenantTable("Environment"),
        SecureTenantTable("Module"),
        SecureTenantTable("Invitation"),
    ]
