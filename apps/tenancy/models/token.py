"""The key of an API caller, of which only a keyed hash is kept."""

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Token(models.Model):
    """Lets its principal act over the API, within ``permissions`` (null: all the principal has).

    Bound to the tenant it was made in; a person may make one for all of their own tenants (``tenant`` null).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    principal = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="tokens")
    tenant = models.ForeignKey("tenancy.Tenant", models.PROTECT, null=True, related_name="tokens")
    name = models.CharField(max_length=120)
    hint = models.CharField(max_length=16)
    keyed_hash = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(null=True)
    may_act_for_others = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    rotated_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="rotated_to")
    created_by = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(may_act_for_others=False) | Q(tenant__isnull=False), name="tenancy_token_gateway_bound"
            )
        ]

    def __str__(self) -> str:
        return self.name
