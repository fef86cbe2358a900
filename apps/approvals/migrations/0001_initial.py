import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.kernel.scope
from apps.kernel.rls import SecureTenantTable

VOTER_IS_HUMAN = """
alter table approvals_vote add constraint approvals_vote_voter_kind
foreign key (voter_id, voter_kind) references tenancy_principal (id, kind)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tenancy", "0003_tables_of_django"),
    ]

    operations = [
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("subject_type", models.CharField(max_length=60, verbose_name="subject type")),
                ("subject_id", models.UUIDField(verbose_name="subject")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("voter_kind", models.CharField(default="human", max_length=20, verbose_name="voter kind")),
                ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
                ("cast_at", models.DateTimeField(verbose_name="cast at")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn at")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="voided at")),
                ("void_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "voter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="voter",
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["tenant_id", "subject_type", "subject_id", "cast_at"], name="approvals_vote_history"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("voter_kind", "human")), name="approvals_vote_of_a_human"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True), ("voided_at__isnull", True), _connector="OR"
                        ),
                        name="approvals_vote_ends_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("tenant_id", "subject_type", "subject_id", "voter"),
                        name="approvals_vote_standing_once",
                    ),
                ],
            },
        ),
        # The kind beside the voter is the voter's own: with the check above, no agent's vote can be stored.
        migrations.RunSQL(VOTER_IS_HUMAN, migrations.RunSQL.noop),
        SecureTenantTable("Vote"),
    ]
