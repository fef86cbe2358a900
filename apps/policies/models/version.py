from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel
from apps.policies.core.lifecycle import State, sources_of

PERSON = settings.AUTH_USER_MODEL


class PolicyVersion(FSMModelMixin, TenantModel):
    """One version of a policy in one environment, from the merge that wrote it to its end.

    What it says never changes. Once active nothing of the row does but its move to deprecated; a trigger holds that
    against everybody (XY-097). ``authors`` are the people behind the change that wrote it: none of them approves it.
    """

    class Status(models.TextChoices):
        DRAFT = State.DRAFT.value, _("Draft")
        SIMULATED = State.SIMULATED.value, _("Simulated")
        APPROVED = State.APPROVED.value, _("Approved")
        ACTIVE = State.ACTIVE.value, _("Active")
        DEPRECATED = State.DEPRECATED.value, _("Deprecated")

    environment = TenantForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, related_name="+", verbose_name=_("environment")
    )
    definition = TenantForeignKey(
        "metadata.Definition", on_delete=models.PROTECT, related_name="+", verbose_name=_("policy")
    )
    revision = TenantForeignKey(
        "metadata.Revision", on_delete=models.PROTECT, related_name="+", verbose_name=_("revision")
    )
    body = TenantForeignKey(
        "policies.PolicyBody", on_delete=models.PROTECT, related_name="+", verbose_name=_("what it says")
    )
    key = models.CharField(_("key"), max_length=200)
    name = models.CharField(_("name"), max_length=200)
    number = models.PositiveIntegerField(_("version"))
    digest = models.CharField(_("digest"), max_length=64)
    status = FSMField(_("status"), max_length=20, default=Status.DRAFT, choices=Status.choices, protected=True)
    # The change that wrote it: a plain id, since changes live above policies.
    change_id = models.UUIDField(_("change"))
    authors = ArrayField(models.UUIDField(), verbose_name=_("authors"), default=list)
    rolls_back_to = TenantForeignKey(
        "policies.PolicyVersion", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("rolls back to")
    )
    reason = models.CharField(_("reason"), max_length=2_000, blank=True)
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"))

    report = models.JSONField(_("simulation"), null=True)
    simulation_requested_at = models.DateTimeField(_("simulation requested at"), null=True)
    simulated_at = models.DateTimeField(_("simulated at"), null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    activated_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("activated by")
    )
    activated_at = models.DateTimeField(_("activated at"), null=True)
    deprecated_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("deprecated by")
    )
    deprecated_at = models.DateTimeField(_("deprecated at"), null=True)
    deprecation_reason = models.CharField(_("reason of the deprecation"), max_length=2_000, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            # Also serves "the newest number" and the history of a policy.
            models.UniqueConstraint(
                fields=["tenant_id", "environment", "key", "number"], name="policies_policyversion_number_once"
            ),
            # One version of a policy is in force; also serves every judgement.
            models.UniqueConstraint(
                fields=["tenant_id", "environment", "key"],
                name="policies_policyversion_one_active",
                condition=Q(status="active"),
            ),
            models.CheckConstraint(
                name="policies_policyversion_known_status", condition=Q(status__in=[state.value for state in State])
            ),
            models.CheckConstraint(
                name="policies_policyversion_active_whole",
                condition=~Q(status="active")
                | Q(
                    report__isnull=False,
                    simulated_at__isnull=False,
                    approved_at__isnull=False,
                    activated_at__isnull=False,
                    activated_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="policies_policyversion_rolls_back_for_a_reason",
                condition=Q(rolls_back_to__isnull=True) | ~Q(reason=""),
            ),
        ]
        indexes = [
            # The list of versions, newest first.
            models.Index(fields=["tenant_id", "environment", "-created_at", "-id"], name="policies_version_newest"),
            # The versions of one policy across environments, on its page.
            models.Index(fields=["tenant_id", "definition", "-created_at", "-id"], name="policies_version_of_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.number}"

    @transition(field=status, source=sources_of("simulate"), target=State.SIMULATED.value)
    def simulate(self, *, report: dict[str, Any], at: datetime) -> None:
        """Past decisions were replayed; an approval given under another report is over."""
        self.report, self.simulated_at, self.approved_at = report, at, None
        self.simulation_requested_at = None

    @transition(field=status, source=sources_of("approve"), target=State.APPROVED.value)
    def approve(self, *, at: datetime) -> None:
        """Everybody who has to agree does."""
        self.approved_at = at

    @transition(field=status, source=sources_of("lapse"), target=State.SIMULATED.value)
    def lapse(self) -> None:
        """An agreement it takes was withdrawn, or it takes another now."""
        self.approved_at = None

    @transition(field=status, source=sources_of("activate"), target=State.ACTIVE.value)
    def activate(self, *, by: UUID, at: datetime) -> None:
        self.activated_by_id, self.activated_at = by, at
        self.simulation_requested_at = None

    @transition(field=status, source=sources_of("deprecate"), target=State.DEPRECATED.value)
    def deprecate(self, *, by: UUID, reason: str, at: datetime) -> None:
        self.deprecated_by_id, self.deprecation_reason, self.deprecated_at = by, reason, at
        self.simulation_requested_at = None
