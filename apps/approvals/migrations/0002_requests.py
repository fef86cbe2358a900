import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

import apps.kernel.fields
import apps.kernel.scope
from apps.kernel.rls import SecureForeignKey, SecureTenantTable

PEOPLE_ONLY = """
alter table approvals_delegation add constraint approvals_delegation_delegator_kind
foreign key (delegator_id, delegator_kind) references tenancy_principal (id, kind);
alter table approvals_delegation add constraint approvals_delegation_delegate_kind
foreign key (delegate_id, delegate_kind) references tenancy_principal (id, kind)
"""


class Migration(migrations.Migration):
    offline = True

    dependencies = [
        ("approvals", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tenancy", "0003_tables_of_django"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("delegator_kind", models.CharField(default="human", max_length=20)),
                ("delegate_kind", models.CharField(default="human", max_length=20)),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
                ("created_at", models.DateTimeField(verbose_name="made at")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked at")),
            ],
            options={
                "verbose_name": "delegation",
                "verbose_name_plural": "delegations",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("text", models.CharField(max_length=500, verbose_name="text")),
                ("subject_type", models.CharField(max_length=60, verbose_name="subject type")),
                ("subject_id", models.UUIDField(verbose_name="subject")),
                ("created_at", models.DateTimeField(verbose_name="at")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("subject_type", models.CharField(max_length=60, verbose_name="subject type")),
                ("subject_id", models.UUIDField(verbose_name="subject")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="number")),
                ("permission", models.CharField(max_length=80, verbose_name="permission")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("requirement", models.JSONField(verbose_name="requirement")),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None, verbose_name="authors"
                    ),
                ),
                (
                    "wanted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="who can help",
                    ),
                ),
                (
                    "status",
                    django_fsm.FSMField(
                        choices=[("open", "waiting"), ("met", "approved"), ("closed", "closed")],
                        default="open",
                        max_length=10,
                        protected=True,
                        verbose_name="status",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("merged", "merged"),
                            ("approved", "approved"),
                            ("withdrawn", "withdrawn"),
                            ("denied", "denied"),
                            ("changes_requested", "changes requested"),
                            ("expired", "expired"),
                            ("superseded", "superseded"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                ("close_reason", models.CharField(blank=True, max_length=2000, verbose_name="reason")),
                ("opened_at", models.DateTimeField(verbose_name="asked at")),
                ("asked_at", models.DateTimeField(verbose_name="last asked at")),
                ("met_at", models.DateTimeField(null=True, verbose_name="approved at")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("reminded_at", models.DateTimeField(null=True, verbose_name="reminded at")),
                ("escalated_at", models.DateTimeField(null=True, verbose_name="escalated at")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "request for approval",
                "verbose_name_plural": "requests for approval",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name="vote",
            name="approvals_vote_standing_once",
        ),
        migrations.AddField(
            model_name="vote",
            name="comment",
            field=models.CharField(blank=True, max_length=2000, verbose_name="comment"),
        ),
        migrations.AddField(
            model_name="vote",
            name="decision",
            field=models.CharField(
                choices=[("approve", "approved"), ("request_changes", "requested changes"), ("deny", "denied")],
                default="approve",
                max_length=20,
                verbose_name="decision",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="delegate",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who stands in",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="delegator",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="who is away",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="revoked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="revoked by",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recipient",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="told_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="whose act it was",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="environment",
            field=apps.kernel.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.environment",
                verbose_name="environment",
            ),
        ),
        migrations.AddField(
            model_name="request",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="vote",
            name="request",
            field=apps.kernel.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="votes",
                to="approvals.request",
                verbose_name="request",
            ),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(
                condition=models.Q(
                    ("decision", "approve"), ("voided_at__isnull", True), ("withdrawn_at__isnull", True)
                ),
                fields=["tenant_id", "voter", "request"],
                name="approvals_vote_standing_of",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["approve", "request_changes", "deny"])),
                name="approvals_vote_known_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision", "approve"), models.Q(("comment", ""), _negated=True), _connector="OR"),
                name="approvals_vote_refusal_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("decision", "approve"), ("voided_at__isnull", True), ("withdrawn_at__isnull", True)
                ),
                fields=("tenant_id", "subject_type", "subject_id", "voter"),
                name="approvals_vote_standing_once",
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=["tenant_id", "delegate", "ends_at"],
                name="approvals_delegation_to",
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=["tenant_id", "delegator", "ends_at"],
                name="approvals_delegation_from",
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(fields=["tenant_id", "-created_at", "-id"], name="approvals_delegation_newest"),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegate_kind", "human"), ("delegator_kind", "human")),
                name="approvals_delegation_of_humans",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegator", models.F("delegate")), _negated=True),
                name="approvals_delegation_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="approvals_delegation_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                    _connector="OR",
                ),
                name="approvals_delegation_revoked_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["tenant_id", "recipient", "-created_at", "-id"], name="approvals_notice_of_person"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)),
                fields=["tenant_id", "recipient", "-created_at", "-id"],
                name="approvals_notice_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="approvals_notice_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["tenant_id", "opened_at", "id"],
                name="approvals_request_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["tenant_id", "status", "-opened_at", "-id"], name="approvals_request_by_status"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(fields=["tenant_id", "-opened_at", "-id"], name="approvals_request_newest"),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                fields=["tenant_id", "subject_type", "subject_id", "opened_at"], name="approvals_request_of_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "closed"), _negated=True),
                fields=("tenant_id", "subject_type", "subject_id"),
                name="approvals_request_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "met", "closed"])), name="approvals_request_known_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status", "closed"),
                        (
                            "outcome__in",
                            ["merged", "approved", "withdrawn", "denied", "changes_requested", "expired", "superseded"],
                        ),
                    ),
                    models.Q(
                        models.Q(("status", "closed"), _negated=True),
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="approvals_request_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "met"), _negated=True), ("met_at__isnull", False), _connector="OR"
                ),
                name="approvals_request_met_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("asked_at"))), name="approvals_request_due_later"
            ),
        ),
        # The kinds beside the two are their own: with the check above, no agent's delegation can be stored.
        migrations.RunSQL(PEOPLE_ONLY, migrations.RunSQL.noop),
        SecureTenantTable("Request"),
        SecureTenantTable("Delegation"),
        SecureTenantTable("Notice"),
        SecureForeignKey("Vote", "request"),
    ]
