"""Where the numbering of events stands relative to the cluster's transactions."""

from django.db import models
from django.db.models import Q


class Epoch(models.Model):
    """One row. ``lead`` is added to every transaction id, so that delivery order survives a restore elsewhere.

    Transaction ids belong to a cluster. Restored into another one, whose counter is behind, the newest events would lie
    above the feed's horizon and new ones below a reader's cursor.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    lead = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1, lead__gte=0), name="events_epoch_one_row")]

    def __str__(self) -> str:
        return str(self.lead)
