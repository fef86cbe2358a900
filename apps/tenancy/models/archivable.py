"""What can be put away and taken out again."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class Archivable(FSMModelMixin, models.Model):
    """Active or archived; ``archived_at`` is known exactly while it is archived."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")

    status = FSMField(default=Status.ACTIVE, choices=Status.choices, protected=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @transition(field=status, source=Status.ACTIVE, target=Status.ARCHIVED)
    def archive(self, *, at: datetime) -> None:
        self.archived_at = at

    @transition(field=status, source=Status.ARCHIVED, target=Status.ACTIVE)
    def restore(self) -> None:
        self.archived_at = None


def archived_at_is_known(name: str) -> models.CheckConstraint:
    """The time stands exactly where the status says so, and the status is one of the two."""
    return models.CheckConstraint(
        condition=Q(status="archived", archived_at__isnull=False) | Q(status="active", archived_at__isnull=True),
        name=name,
    )
