"""The wall: one organisation."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.tenancy.core import names


class Tenant(FSMModelMixin, models.Model):
    """An organisation. Outsiders name it by its slug, never by its id."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.CharField(max_length=names.SLUG_LENGTH, unique=True)
    name = models.CharField(max_length=200)
    plan = models.CharField(max_length=40, default="free")
    status = FSMField(default=Status.ACTIVE, choices=Status.choices, protected=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["slug"]
        constraints = [
            # A slug that could be read as an id would let an id be guessed at as a slug.
            models.CheckConstraint(
                condition=Q(slug__regex=names.SLUG) & ~Q(slug__regex=names.UUID_SHAPED), name="tenancy_tenant_slug"
            ),
            models.CheckConstraint(condition=Q(status__in=["active", "archived"]), name="tenancy_tenant_status"),
            models.CheckConstraint(
                condition=Q(status="archived", archived_at__isnull=False)
                | Q(status="active", archived_at__isnull=True),
                name="tenancy_tenant_archived_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(field=status, source=Status.ACTIVE, target=Status.ARCHIVED)
    def archive(self, *, at: datetime) -> None:
        self.archived_at = at

    @transition(field=status, source=Status.ARCHIVED, target=Status.ACTIVE)
    def restore(self) -> None:
        self.archived_at = None
