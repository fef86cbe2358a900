import uuid

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_tables_of_django")]

    operations = [
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("name", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=63)),
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
                    models.UniqueConstraint(fields=("tenant_id", "name"), name="tenancy_team_name"),
                    models.UniqueConstraint(fields=("tenant_id", "key"), name="tenancy_team_key"),
                    models.CheckConstraint(
                        condition=models.Q(("key__regex", "^[a-z][a-z0-9_]*$")), name="tenancy_team_key_form"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="tenancy_team_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("archived_at__isnull", False), ("status", "archived")),
                            models.Q(("archived_at__isnull", True), ("status", "active")),
                            _connector="OR",
                        ),
                        name="tenancy_team_archived_at",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "membership",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.membership"
                    ),
                ),
                (
                    "team",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="tenancy.team"
                    ),
                ),
            ],
            options={
                "ordering": ["added_at", "id"],
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["tenant_id", "team", "added_at", "id"], name="tenancy_team_members")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "membership", "team"), name="tenancy_team_member_once")
                ],
            },
        ),
        # Who must approve is a policy's to say. The column stays for the code before this, which may run on: where an
        # environment is made without it, that code asks for two.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="environment", name="required_votes")],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE tenancy_environment ALTER COLUMN required_votes SET DEFAULT 2",
                    "ALTER TABLE tenancy_environment ALTER COLUMN required_votes DROP DEFAULT",
                )
            ],
        ),
        SecureTenantTable("Team"),
        SecureTenantTable("TeamMember"),
    ]
