import uuid

import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.conf import settings
from django.db import migrations, models

from apps.kernel.rls import GrantGlobal


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Tenant",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("slug", models.CharField(max_length=63, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("plan", models.CharField(default="free", max_length=40)),
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
                "ordering": ["slug"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*$"),
                            models.Q(("slug__regex", "^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$"), _negated=True),
                        ),
                        name="tenancy_tenant_slug",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "archived"])), name="tenancy_tenant_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("archived_at__isnull", False), ("status", "archived")),
                            models.Q(("archived_at__isnull", True), ("status", "active")),
                            _connector="OR",
                        ),
                        name="tenancy_tenant_archived_at",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Principal",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("human", "human"), ("agent", "agent"), ("service", "service")], max_length=10
                    ),
                ),
                ("handle", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("email", models.EmailField(blank=True, max_length=254, null=True, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "home_tenant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residents",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.UniqueConstraint(fields=("id", "kind"), name="tenancy_principal_id_kind"),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.UniqueConstraint(
                fields=("home_tenant", "handle"), name="tenancy_principal_handle", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["human", "agent", "service"])), name="tenancy_principal_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("email__isnull", False),
                        ("home_tenant__isnull", True),
                        ("kind", "human"),
                        ("owner__isnull", True),
                    ),
                    models.Q(
                        models.Q(("kind", "human"), _negated=True),
                        ("email__isnull", True),
                        ("home_tenant__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="tenancy_principal_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "agent"), _negated=True), ("owner__isnull", False), _connector="OR"
                ),
                name="tenancy_principal_agent_has_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "human"), ("password__startswith", "!"), _connector="OR"),
                name="tenancy_principal_machine_no_password",
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower(models.F("email")))),
                name="tenancy_principal_email_lower",
            ),
        ),
        migrations.AddConstraint(
            model_name="principal",
            constraint=models.CheckConstraint(
                condition=models.Q(("handle__regex", "^[a-z0-9]+([._-][a-z0-9]+)*$")),
                name="tenancy_principal_handle_form",
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[("active", "active"), ("removed", "removed")],
                        default="active",
                        max_length=50,
                        protected=True,
                    ),
                ),
                ("access_version", models.PositiveIntegerField(default=1)),
                ("expires_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="tenancy.tenant"
                    ),
                ),
            ],
            options={
                "ordering": ["tenant_id", "created_at", "id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "principal"), name="tenancy_membership_once"),
                    models.UniqueConstraint(fields=("tenant", "id"), name="tenancy_membership_tenant_key"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "removed"])), name="tenancy_membership_status"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at__isnull", False), ("status", "removed")),
                            models.Q(("removed_at__isnull", True), ("status", "active")),
                            _connector="OR",
                        ),
                        name="tenancy_membership_removed_at",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("hint", models.CharField(max_length=16)),
                ("keyed_hash", models.CharField(max_length=64, unique=True)),
                ("permissions", models.JSONField(null=True)),
                ("may_act_for_others", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rotated_from",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rotated_to",
                        to="tenancy.token",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_act_for_others", False), ("tenant__isnull", False), _connector="OR"),
                name="tenancy_token_gateway_bound",
            ),
        ),
        GrantGlobal(
            "tenancy_tenant", "select, insert, update", reason="the list of tenants is what the wall is made of"
        ),
        GrantGlobal("tenancy_principal", "select, insert, update", reason="a person may belong to several tenants"),
        GrantGlobal(
            "tenancy_membership", "select, insert, update", reason="it is read to find out the tenant of a request"
        ),
        GrantGlobal("tenancy_token", "select, insert, update", reason="it is read to find out the tenant of a request"),
    ]
