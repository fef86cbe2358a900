"""Rows that wait for a worker: each carries its due time, its attempts and a lease with a fencing token."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel


class Leased(TenantModel):
    """``attempts`` is committed before the attempt; ``fence`` rises with every claim and is checked with the effect."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        REJECTED = "rejected", _("rejected")
        BREACHED = "breached", _("breached")
        COMPLETED = "completed", _("completed")
        QUARANTINED = "quarantined", _("quarantined")

    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING, db_default=Status.PENDING.value)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0, db_default=0)
    last_error = models.TextField(blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        abstract = True

    @staticmethod
    def constraints_for(name: str) -> list[models.BaseConstraint]:
        statuses = Leased.Status.values
        return [models.CheckConstraint(condition=models.Q(status__in=statuses), name=f"events_{name}_status_known")]

    @staticmethod
    def quarantine_index(name: str) -> models.Index:
        """Serves the list of what waits for a person: few rows of many."""
        aside = models.Q(status="quarantined")
        return models.Index(fields=["tenant_id", "due_at", "id"], name=f"events_{name}_quarantined", condition=aside)

    @staticmethod
    def indexes_for(name: str) -> list[models.Index]:
        """Serves the claim function, which walks the tenants and takes the oldest due rows of each."""
        waiting = models.Q(status="pending")
        return [models.Index(fields=["tenant_id", "due_at", "id"], name=f"events_{name}_waiting", condition=waiting)]


class Job(Leased):
    """A command given later. ``rejected``: it was refused for good; ``quarantined``: it kept failing."""

    command = models.CharField(max_length=100)
    target = models.CharField(max_length=100, blank=True, db_default="")
    inputs = models.JSONField()
    dedupe_key = models.CharField(max_length=300, null=True)  # noqa: DJ001  null: as many as one likes
    correlation_id = models.CharField(max_length=100)
    caused_by = models.UUIDField()
    replayed_at = models.DateTimeField(null=True)

    class Meta(Leased.Meta):
        verbose_name = _("job")
        ordering = ("-created_at", "-id")
        constraints = [
            *Leased.constraints_for("job"),
            models.UniqueConstraint(fields=["tenant_id", "dedupe_key"], name="events_job_once"),
        ]
        indexes = [
            *Leased.indexes_for("job"),
            # Serves the list of jobs that wait for a person.
            models.Index(fields=["tenant_id", "status", "-created_at", "id"], name="events_job_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.status}"


class Timer(Leased):
    """One clock on one subject. ``breached`` when it fired, ``completed`` when it was stopped before."""

    kind = models.CharField(max_length=50)
    subject_type = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=100)
    correlation_id = models.CharField(max_length=100)
    caused_by = models.UUIDField()

    class Meta(Leased.Meta):
        verbose_name = _("timer")
        ordering = ("due_at", "id")
        constraints = [
            *Leased.constraints_for("timer"),
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id", "kind"],
                condition=models.Q(status="pending"),
                name="events_timer_one_pending",
            ),
        ]
        indexes = [*Leased.indexes_for("timer"), Leased.quarantine_index("timer")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
