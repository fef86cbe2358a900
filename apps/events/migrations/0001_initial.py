import uuid

import django.db.models.functions.datetime
from django.db import migrations, models

import apps.kernel.scope
from apps.events.migrations._claim_functions import claim_functions
from apps.kernel.rls import SecureTenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CommandRecord",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("target", models.CharField(blank=True, max_length=100)),
                ("input_digest", models.CharField(max_length=64)),
                ("dedupe_scope", models.JSONField(null=True)),
                ("idempotency_key", models.CharField(blank=True, max_length=255)),
                ("actor_id", models.UUIDField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("permission", models.CharField(blank=True, max_length=100)),
                ("decision", models.CharField(max_length=5)),
                ("decision_rule", models.CharField(max_length=200)),
                ("correlation_id", models.CharField(max_length=100)),
                ("causation_type", models.CharField(max_length=30)),
                ("causation_id", models.CharField(max_length=100)),
                (
                    "outcome",
                    models.CharField(choices=[("accepted", "accepted"), ("rejected", "rejected")], max_length=10),
                ),
                ("reason_code", models.CharField(blank=True, max_length=100)),
                ("reason", models.TextField(blank=True)),
                ("occurred_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "command",
                "db_table": "events_command",
                "ordering": ("-occurred_at", "-id"),
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("causation_type__in", ("event_id", "command_id", "derived_artifact_id", "user_action_id"))
                        ),
                        name="events_command_one_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("causation_id", ""), _negated=True), name="events_command_cause_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "accepted"), ("reason_code", "")),
                            models.Q(("outcome", "rejected"), models.Q(("reason_code", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="events_command_rejection_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("id", models.UUIDField(db_column="event_id", editable=False, primary_key=True, serialize=False)),
                ("environment_id", models.UUIDField(null=True)),
                ("event_type", models.CharField(max_length=100)),
                ("payload", models.JSONField()),
                ("payload_hash", models.CharField(max_length=64)),
                ("payload_schema_version", models.PositiveSmallIntegerField()),
                ("envelope_version", models.PositiveSmallIntegerField()),
                ("occurred_at", models.DateTimeField()),
                ("ingested_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField(null=True)),
                ("correlation_id", models.CharField(max_length=100)),
                ("causation_type", models.CharField(max_length=30)),
                ("causation_id", models.CharField(max_length=100)),
                ("source_ref", models.CharField(max_length=200)),
                ("source_native_id", models.CharField(max_length=200)),
                ("source_sequence", models.BigIntegerField(null=True)),
                ("actor_type", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField()),
                ("permission", models.CharField(max_length=100)),
                ("permission_ref", models.CharField(max_length=200)),
                ("execution_id", models.UUIDField(null=True)),
                ("step_execution_id", models.UUIDField(null=True)),
                ("resource_type", models.CharField(blank=True, max_length=100)),
                ("resource_id", models.CharField(blank=True, max_length=100)),
                ("privileged", models.BooleanField()),
                ("transaction_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "event",
                "ordering": ("-occurred_at", "-source_ref", "-source_sequence", "-id"),
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("causation_type__in", ("event_id", "command_id", "derived_artifact_id", "user_action_id"))
                        ),
                        name="events_event_one_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("permission", ""), _negated=True), name="events_event_has_authority"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("done", "done"),
                            ("rejected", "rejected"),
                            ("breached", "breached"),
                            ("completed", "completed"),
                            ("quarantined", "quarantined"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.BigIntegerField(db_default=0, default=0)),
                ("last_error", models.TextField(blank=True, db_default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
                ("command", models.CharField(max_length=100)),
                ("target", models.CharField(blank=True, db_default="", max_length=100)),
                ("inputs", models.JSONField()),
                ("dedupe_key", models.CharField(max_length=300, null=True)),
                ("correlation_id", models.CharField(max_length=100)),
                ("caused_by", models.UUIDField()),
                ("replayed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "job",
                "ordering": ("-created_at", "-id"),
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["tenant_id", "due_at", "id"],
                        name="events_job_waiting",
                    ),
                    models.Index(fields=["tenant_id", "status", "-created_at", "id"], name="events_job_by_status"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "done", "rejected", "breached", "completed", "quarantined"])
                        ),
                        name="events_job_status_known",
                    ),
                    models.UniqueConstraint(fields=("tenant_id", "dedupe_key"), name="events_job_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("done", "done"),
                            ("rejected", "rejected"),
                            ("breached", "breached"),
                            ("completed", "completed"),
                            ("quarantined", "quarantined"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.BigIntegerField(db_default=0, default=0)),
                ("last_error", models.TextField(blank=True, db_default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
                ("id", models.UUIDField(db_column="event_id", editable=False, primary_key=True, serialize=False)),
                ("event_type", models.CharField(max_length=100)),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["tenant_id", "due_at", "id"],
                        name="events_outbox_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "done", "rejected", "breached", "completed", "quarantined"])
                        ),
                        name="events_outbox_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredAnswer",
            fields=[
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("scope", models.JSONField()),
                ("key", models.CharField(max_length=255)),
                ("actor_id", models.UUIDField()),
                ("input_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField(null=True)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "events_stored_answer",
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["expires_at"], name="events_answer_expiry")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "actor_id", "scope", "key"), name="events_answer_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope__has_key", "aggregate"), ("scope__kind", "command")),
                            models.Q(("scope__has_keys", ["connector_id", "stream"]), ("scope__kind", "connector")),
                            models.Q(("scope__has_key", "destination"), ("scope__kind", "egress")),
                            _connector="OR",
                        ),
                        name="events_answer_scope_typed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Timer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=apps.kernel.scope.open_tenant_id, editable=False)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("done", "done"),
                            ("rejected", "rejected"),
                            ("breached", "breached"),
                            ("completed", "completed"),
                            ("quarantined", "quarantined"),
                        ],
                        db_default="pending",
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.BigIntegerField(db_default=0, default=0)),
                ("last_error", models.TextField(blank=True, db_default="")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=50)),
                ("subject_type", models.CharField(max_length=100)),
                ("subject_id", models.CharField(max_length=100)),
                ("correlation_id", models.CharField(max_length=100)),
                ("caused_by", models.UUIDField()),
            ],
            options={
                "verbose_name": "timer",
                "ordering": ("due_at", "id"),
                "abstract": False,
                "default_permissions": (),
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["tenant_id", "due_at", "id"],
                        name="events_timer_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "done", "rejected", "breached", "completed", "quarantined"])
                        ),
                        name="events_timer_status_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("tenant_id", "subject_type", "subject_id", "kind"),
                        name="events_timer_one_pending",
                    ),
                ],
            },
        ),
        SecureTenantTable("CommandRecord", append_only=True, partition_by="occurred_at"),
        SecureTenantTable("Event", append_only=True, partition_by="occurred_at"),
        SecureTenantTable("Outbox", queue=True),
        SecureTenantTable("Job", queue=True),
        SecureTenantTable("Timer", queue=True),
        SecureTenantTable("StoredAnswer"),
        migrations.AddIndex(
            model_name="commandrecord",
            index=models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="events_command_newest"),
        ),
        migrations.AddIndex(
            model_name="commandrecord",
            index=models.Index(fields=["tenant_id", "correlation_id"], name="events_command_trace"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant_id", "transaction_id", "id"], name="events_event_feed"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["tenant_id", "resource_type", "resource_id", "occurred_at"], name="events_event_story"
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant_id", "correlation_id", "occurred_at"], name="events_event_trace"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="events_event_newest"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant_id", "event_type", "-occurred_at", "-id"], name="events_event_by_type"),
        ),
        *(
            migrations.RunSQL(statement, migrations.RunSQL.noop)
            for queue, key in (("job", "id"), ("timer", "id"), ("outbox", "event_id"))
            for statement in claim_functions(queue, key=key)
        ),
    ]
