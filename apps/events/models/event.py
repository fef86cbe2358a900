"""The event log and its outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.events.models.command import CAUSES
from apps.events.models.queue import Leased
from apps.kernel.models import TenantModel


class Event(TenantModel):
    """One immutable fact. Append-only by grants and by trigger, partitioned by month.

    ``id`` is a pure function of source, native id, payload and time. The canonical order is
    ``(occurred_at, source_ref, source_sequence, id)``; ``transaction_id`` orders delivery only.
    ``permission`` and ``permission_ref`` stand for the capability and the rule that granted it.
    """

    id = models.UUIDField(primary_key=True, db_column="event_id", editable=False)
    environment_id = models.UUIDField(null=True)
    event_type = models.CharField(max_length=100)
    payload = models.JSONField()
    payload_hash = models.CharField(max_length=64)
    payload_schema_version = models.PositiveSmallIntegerField()
    envelope_version = models.PositiveSmallIntegerField()
    occurred_at = models.DateTimeField()
    ingested_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)
    correlation_id = models.CharField(max_length=100)
    causation_type = models.CharField(max_length=30)
    causation_id = models.CharField(max_length=100)
    source_ref = models.CharField(max_length=200)
    source_native_id = models.CharField(max_length=200)
    source_sequence = models.BigIntegerField(null=True)
    actor_type = models.CharField(max_length=10)
    actor_id = models.UUIDField()
    permission = models.CharField(max_length=100)
    permission_ref = models.CharField(max_length=200)
    execution_id = models.UUIDField(null=True)
    step_execution_id = models.UUIDField(null=True)
    resource_type = models.CharField(max_length=100, blank=True)
    resource_id = models.CharField(max_length=100, blank=True)
    privileged = models.BooleanField()
    transaction_id = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        verbose_name = _("event")
        ordering = ("-occurred_at", "-source_ref", "-source_sequence", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(causation_type__in=CAUSES), name="events_event_one_cause"),
            models.CheckConstraint(condition=~models.Q(permission=""), name="events_event_has_authority"),
        ]
        indexes = [
            # Serves the feed, which pages by transaction below the horizon.
            models.Index(fields=["tenant_id", "transaction_id", "id"], name="events_event_feed"),
            # Serves the story of one thing.
            models.Index(
                fields=["tenant_id", "resource_type", "resource_id", "occurred_at"], name="events_event_story"
            ),
            # Serves the trace of one cause.
            models.Index(fields=["tenant_id", "correlation_id", "occurred_at"], name="events_event_trace"),
            # Serves the log's newest page, alone or by type.
            models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="events_event_newest"),
            models.Index(fields=["tenant_id", "event_type", "-occurred_at", "-id"], name="events_event_by_type"),
        ]

    def __str__(self) -> str:
        return self.event_type


class Outbox(Leased):
    """An event that has not been handed to its subscribers yet. The relay deletes the row when it has."""

    id = models.UUIDField(primary_key=True, db_column="event_id", editable=False)
    event_type = models.CharField(max_length=100)

    class Meta(Leased.Meta):
        verbose_name = _("undelivered event")
        ordering = ("due_at", "id")
        constraints = Leased.constraints_for("outbox")
        indexes = [*Leased.indexes_for("outbox"), Leased.quarantine_index("outbox")]

    def __str__(self) -> str:
        return self.event_type
