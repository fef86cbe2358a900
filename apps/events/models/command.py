"""The record of every command, accepted or rejected: who asked for what, by which right, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel

CAUSES = ("event_id", "command_id", "derived_artifact_id", "user_action_id")


class CommandRecord(TenantModel):
    """Append-only and partitioned by month. Written with the effect, or after the rollback when it was rejected."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=100)
    target = models.CharField(max_length=100, blank=True)
    input_digest = models.CharField(max_length=64)
    dedupe_scope = models.JSONField(null=True)
    idempotency_key = models.CharField(max_length=255, blank=True)
    actor_id = models.UUIDField()
    actor_kind = models.CharField(max_length=10)
    permission = models.CharField(max_length=100, blank=True)
    decision = models.CharField(max_length=5)
    decision_rule = models.CharField(max_length=200)
    correlation_id = models.CharField(max_length=100)
    causation_type = models.CharField(max_length=30)
    causation_id = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason_code = models.CharField(max_length=100, blank=True)
    reason = models.TextField(blank=True)
    occurred_at = models.DateTimeField()
    decided_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "events_command"
        verbose_name = _("command")
        ordering = ("-occurred_at", "-id")
        constraints = [
            models.CheckConstraint(condition=models.Q(causation_type__in=CAUSES), name="events_command_one_cause"),
            models.CheckConstraint(condition=~models.Q(causation_id=""), name="events_command_cause_named"),
            models.CheckConstraint(
                condition=models.Q(outcome="accepted", reason_code="")
                | models.Q(outcome="rejected") & ~models.Q(reason_code=""),
                name="events_command_rejection_has_reason",
            ),
        ]
        indexes = [
            # Serves the audit's newest page.
            models.Index(fields=["tenant_id", "-occurred_at", "-id"], name="events_command_newest"),
            # Serves the trace of one cause.
            models.Index(fields=["tenant_id", "correlation_id"], name="events_command_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}"
