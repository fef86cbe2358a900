"""The wall: one organisation."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from apps.tenancy.core import names
from apps.tenancy.models.archivable import Archivable, archived_at_is_known


class Tenant(Archivable):
    """An organisation. Outsiders name it by its slug, never by its id."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.CharField(max_length=names.SLUG_LENGTH, unique=True)
    name = models.CharField(max_length=200)
    plan = models.CharField(max_length=40, default="free")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["slug"]
        constraints = [
            # A slug that could be read as an id would let an id be guessed at as a slug.
            models.CheckConstraint(
                condition=Q(slug__regex=names.SLUG) & ~Q(slug__regex=names.UUID_SHAPED), name="tenancy_tenant_slug"
            ),
            models.CheckConstraint(condition=Q(status__in=["active", "archived"]), name="tenancy_tenant_status"),
            archived_at_is_known("tenancy_tenant_archived_at"),
        ]

    def __str__(self) -> str:
        return self.name
