from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.approvals.core.requirement import Kept, Requirement
from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel

PERSON = settings.AUTH_USER_MODEL


class Request(FSMModelMixin, TenantModel):
    """What waits for people's agreement: one digest of one subject, and the seats to be filled.

    ``wanted`` says who could still help, as of the last count: approver subjects, ``*`` for anybody who may approve.
    It serves the inbox; what decides is counted anew each time (``queries.standing_tally``).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("waiting")
        MET = "met", _("approved")
        CLOSED = "closed", _("closed")

    class Outcome(models.TextChoices):
        MERGED = "merged", _("merged")
        APPROVED = "approved", _("approved")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DENIED = "denied", _("denied")
        CHANGES_REQUESTED = "changes_requested", _("changes requested")
        EXPIRED = "expired", _("expired")
        SUPERSEDED = "superseded", _("superseded")

    #: Outcomes of a subject that got what it asked for: its votes stay as they are.
    GRANTED = frozenset({Outcome.MERGED, Outcome.APPROVED})

    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.UUIDField(_("subject"))
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("number"), max_length=60, blank=True)
    environment = TenantForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("environment")
    )
    permission = models.CharField(_("permission"), max_length=80)
    digest = models.CharField(_("digest"), max_length=64)
    requirement = models.JSONField(_("requirement"))
    reasons = models.JSONField(_("reasons"), default=list)
    authors = ArrayField(models.UUIDField(), verbose_name=_("authors"), default=list)
    wanted = ArrayField(models.CharField(max_length=200), verbose_name=_("who can help"), default=list)

    #: Who sat where when it was granted (``Kept``). What people are afterwards alters nothing of it.
    seated = models.JSONField(_("who agreed"), null=True)

    status = FSMField(_("status"), max_length=10, default=Status.OPEN, choices=Status.choices, protected=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, blank=True)
    close_reason = models.CharField(_("reason"), max_length=2_000, blank=True)
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    opened_at = models.DateTimeField(_("asked at"))
    asked_at = models.DateTimeField(_("last asked at"))
    met_at = models.DateTimeField(_("approved at"), null=True)
    due_at = models.DateTimeField(_("due"))
    reminded_at = models.DateTimeField(_("reminded at"), null=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        constraints = [
            # One at a time for each subject; also serves "what does this subject wait for?".
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id"],
                name="approvals_request_open_once",
                condition=~Q(status="closed"),
            ),
            models.CheckConstraint(
                name="approvals_request_known_status", condition=Q(status__in=["open", "met", "closed"])
            ),
            models.CheckConstraint(
                name="approvals_request_closed_whole",
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                & Q(
                    outcome__in=[
                        "merged",
                        "approved",
                        "withdrawn",
                        "denied",
                        "changes_requested",
                        "expired",
                        "superseded",
                    ]
                )
                | Q(~Q(status="closed"), closed_at__isnull=True, closed_by__isnull=True, outcome=""),
            ),
            models.CheckConstraint(
                name="approvals_request_met_at",
                condition=~Q(status="met") | Q(met_at__isnull=False),
            ),
            models.CheckConstraint(name="approvals_request_due_later", condition=Q(due_at__gt=models.F("asked_at"))),
        ]
        indexes = [
            # The inbox: what still waits, the oldest first.
            models.Index(
                fields=["tenant_id", "opened_at", "id"], name="approvals_request_waiting", condition=Q(status="open")
            ),
            # The lists by status, the newest first.
            models.Index(fields=["tenant_id", "status", "-opened_at", "-id"], name="approvals_request_by_status"),
            models.Index(fields=["tenant_id", "-opened_at", "-id"], name="approvals_request_newest"),
            # Earlier requests of a subject.
            models.Index(
                fields=["tenant_id", "subject_type", "subject_id", "opened_at"], name="approvals_request_of_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.subject_type, self.subject_id

    @property
    def seats(self) -> Requirement:
        """The requirement as a value."""
        return Requirement.from_dict(self.requirement)

    @property
    def kept(self) -> Kept | None:
        """Who had agreed when it was granted; None before, and where that was not kept."""
        return None if self.seated is None else Kept.from_dicts(self.seated)

    @property
    def is_closed(self) -> bool:
        return bool(self.status == self.Status.CLOSED)

    @transition(field=status, source=Status.OPEN, target=Status.MET)
    def meet(self, *, at: datetime) -> None:
        """Every seat is filled."""
        self.met_at = at

    @transition(field=status, source=Status.MET, target=Status.OPEN)
    def reopen(self) -> None:
        """A vote went, or its voter's place did."""
        self.met_at = None

    @transition(field=status, source=[Status.OPEN, Status.MET], target=Status.CLOSED)
    def close(self, *, outcome: str, reason: str, by: UUID, at: datetime) -> None:
        self.outcome, self.close_reason = outcome, reason
        self.closed_by_id, self.closed_at = by, at
