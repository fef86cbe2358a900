import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable

# What a version says never changes, it begins as a draft, and once active nothing but its move to deprecated is written.
# Versions are never deleted: decisions and approvals name them.
IMMUTABLE = """
create function policies_version_immutable() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
    ending constant text[] := array['status', 'deprecated_at', 'deprecated_by_id', 'deprecation_reason'];
begin
    if tg_op = 'DELETE' then
        raise exception 'a policy version is never deleted' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'INSERT' then
        if new.status <> 'draft' then
            raise exception 'a policy version begins as a draft' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if (new.id, new.tenant_id, new.environment_id, new.definition_id, new.revision_id, new.body_id, new.key, new.name,
        new.number, new.digest, new.change_id, new.authors, new.created_by_id, new.created_at, new.reason)
       is distinct from
       (old.id, old.tenant_id, old.environment_id, old.definition_id, old.revision_id, old.body_id, old.key, old.name,
        old.number, old.digest, old.change_id, old.authors, old.created_by_id, old.created_at, old.reason)
       or new.rolls_back_to_id is distinct from old.rolls_back_to_id then
        raise exception 'what a policy version says never changes' using errcode = 'restrict_violation';
    end if;
    if old.status = 'deprecated' then
        raise exception 'a deprecated policy version is over' using errcode = 'restrict_violation';
    end if;
    if old.status = 'active'
       and (new.status <> 'deprecated' or to_jsonb(new) - ending is distinct from to_jsonb(old) - ending) then
        raise exception 'an active policy version never changes; it can only be deprecated'
            using errcode = 'restrict_violation';
    end if;
    if new.status = 'active' and old.status not in ('approved', 'active') then
        raise exception 'only an approved policy version becomes active' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger policies_version_immutable before insert or update or delete on policies_policyversion
for each row execute function policies_version_immutable();
"""
DROP_FUNCTION = "drop function policies_version_immutable() cascade"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("metadata", "0002_history"),
        ("tenancy", "0004_teams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Policy",
            fields=[],
            options={
                "verbose_name": "policy",
                "verbose_name_plural": "policies",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("metadata.definition",),
        ),
        migrations.CreateModel(
            name="PolicyBody",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("content", models.JSONField(verbose_name="content")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
            ],
            options={
                "verbose_name": "policy body",
                "verbose_name_plural": "policy bodies",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "digest"), name="policies_policybody_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("subject_type", models.CharField(max_length=60, verbose_name="subject type")),
                ("subject_id", models.UUIDField(verbose_name="subject")),
                ("action", models.CharField(max_length=100, verbose_name="action")),
                (
                    "effect",
                    models.CharField(
                        choices=[("allow", "allow"), ("require_approval", "require approval"), ("deny", "deny")],
                        max_length=20,
                        verbose_name="effect",
                    ),
                ),
                ("inputs", models.JSONField(verbose_name="inputs")),
                ("policies", models.JSONField(verbose_name="policies")),
                ("outcome", models.JSONField(verbose_name="outcome")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("correlation_id", models.CharField(blank=True, max_length=100, verbose_name="correlation id")),
                ("decided_at", models.DateTimeField(verbose_name="decided at")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided for",
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
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "environment", "-decided_at", "-id"], name="policies_decision_newest"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "subject_type", "subject_id", "digest"), name="policies_decision_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("effect__in", ["allow", "require_approval", "deny"])),
                        name="policies_decision_known_effect",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "Draft"),
                            ("simulated", "Simulated"),
                            ("approved", "Approved"),
                            ("active", "Active"),
                            ("deprecated", "Deprecated"),
                        ],
                        default="draft",
                        max_length=20,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                ("change_id", models.UUIDField(verbose_name="change")),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None, verbose_name="authors"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=2000, verbose_name="reason")),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                ("report", models.JSONField(null=True, verbose_name="simulation")),
                ("simulation_requested_at", models.DateTimeField(null=True, verbose_name="simulation requested at")),
                ("simulated_at", models.DateTimeField(null=True, verbose_name="simulated at")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved at")),
                ("activated_at", models.DateTimeField(null=True, verbose_name="activated at")),
                ("deprecated_at", models.DateTimeField(null=True, verbose_name="deprecated at")),
                (
                    "deprecation_reason",
                    models.CharField(blank=True, max_length=2000, verbose_name="reason of the deprecation"),
                ),
                (
                    "activated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="activated by",
                    ),
                ),
                (
                    "body",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.policybody",
                        verbose_name="what it says",
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
                    "definition",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="metadata.definition",
                        verbose_name="policy",
                    ),
                ),
                (
                    "deprecated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deprecated by",
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
                    "revision",
                    apps.kernel.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="metadata.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "rolls_back_to",
                    apps.kernel.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="policies.policyversion",
                        verbose_name="rolls back to",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy version",
                "verbose_name_plural": "policy versions",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "environment", "-created_at", "-id"], name="policies_version_newest"
                    ),
                    models.Index(
                        fields=["tenant_id", "definition", "-created_at", "-id"], name="policies_version_of_policy"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "environment", "key", "number"), name="policies_policyversion_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("tenant_id", "environment", "key"),
                        name="policies_policyversion_one_active",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "simulated", "approved", "active", "deprecated"])),
                        name="policies_policyversion_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            models.Q(
                                ("activated_at__isnull", False),
                                ("activated_by__isnull", False),
                                ("approved_at__isnull", False),
                                ("report__isnull", False),
                                ("simulated_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="policies_policyversion_active_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rolls_back_to__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="policies_policyversion_rolls_back_for_a_reason",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        SecureTenantTable("PolicyBody", append_only=True),
        SecureTenantTable("Decision", append_only=True),
        SecureTenantTable("PolicyVersion"),
        migrations.RunSQL(IMMUTABLE, DROP_FUNCTION),
    ]
