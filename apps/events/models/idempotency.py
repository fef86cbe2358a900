"""Answers that are sent again to a repeated request."""

from django.db import models
from django.db.models import Q

from apps.kernel.models import TenantModel


class StoredAnswer(TenantModel):
    """The first answer under an idempotency key, kept for a day. ``body`` is null when it held a secret.

    ``scope`` is one of the typed forms of AT-015; the same key under two scopes is two keys.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    scope = models.JSONField()
    key = models.CharField(max_length=255)
    actor_id = models.UUIDField()
    input_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField(null=True)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "events_stored_answer"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "actor_id", "scope", "key"], name="events_answer_once"),
            models.CheckConstraint(
                condition=Q(scope__kind="command", scope__has_key="aggregate")
                | Q(scope__kind="connector", scope__has_keys=["connector_id", "stream"])
                | Q(scope__kind="egress", scope__has_key="destination"),
                name="events_answer_scope_typed",
            ),
        ]
        # Serves the sweep that forgets answers after a day.
        indexes = [models.Index(fields=["expires_at"], name="events_answer_expiry")]

    def __str__(self) -> str:
        return self.key
