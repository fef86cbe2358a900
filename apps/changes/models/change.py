from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from apps.changes.core.lifecycle import State, sources_of
from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel

PERSON = settings.AUTH_USER_MODEL


class Change(FSMModelMixin, TenantModel):
    """A proposal to move heads: typed operations, checked, approved by digest, merged at once or not at all.

    ``author`` is the human who answers for it: also behind an agent or a service that created it. ``plan`` is what
    the last validation said, and ``approval_digest`` what a vote or a check-in was given for.
    """

    class Status(models.TextChoices):
        DRAFT = State.DRAFT.value, _("Draft")
        IMPLEMENTING = State.IMPLEMENTING.value, _("Implementing")
        WORKSPACE_RUNNING = State.WORKSPACE_RUNNING.value, _("Workspace running")
        VALIDATING = State.VALIDATING.value, _("Validating")
        VALIDATION_FAILED = State.VALIDATION_FAILED.value, _("Validation failed")
        READY = State.READY.value, _("Ready")
        MERGED = State.MERGED.value, _("Merged")

    class Origin(models.TextChoices):
        MANUAL = "manual", _("by hand")
        DIRECT = "direct", _("direct route")
        CLONE = "clone", _("clone")
        REVERT = "revert", _("revert")
        ADOPTION = "adoption", _("adoption")

    number = models.CharField(_("number"), max_length=20)
    project = TenantForeignKey("tenancy.Project", on_delete=models.PROTECT, related_name="+", verbose_name=_("project"))
    environment = TenantForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, related_name="+", verbose_name=_("environment")
    )
    module = TenantForeignKey(
        "tenancy.Module", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("module")
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    status = FSMField(_("status"), max_length=20, default=Status.DRAFT, choices=Status.choices, protected=True)
    origin = models.CharField(_("origin"), max_length=20, choices=Origin.choices, default=Origin.MANUAL)
    cloned_from = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("cloned from")
    )
    # The merged change whose operations this one undoes.
    reverts = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="reversals", null=True, verbose_name=_("reverts")
    )
    base_sha = models.CharField(_("base commit"), max_length=64, blank=True)
    module_path = models.CharField(_("module path"), max_length=400, blank=True)
    branch_name = models.CharField(_("branch"), max_length=200, blank=True)
    last_sequence = models.PositiveIntegerField(default=0)

    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("author"))
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_by_kind = models.CharField(_("created by a"), max_length=20)
    # Who answers besides those who are named as authors: for words that somebody else replaced or took out, for what
    # was written through a gateway of theirs, for contents that were adopted.
    former_authors = ArrayField(models.UUIDField(), default=list, verbose_name=_("former authors"))
    # What policies are asked about: agent if one ever wrote in it, then service, then human.
    written_by_kind = models.CharField(_("written by a"), max_length=20)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    plan = models.JSONField(_("plan"), null=True)
    approval_digest = models.CharField(_("approval digest"), max_length=64, blank=True)
    validated_at = models.DateTimeField(_("validated at"), null=True)
    checked_in_by = models.ForeignKey(
        PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("checked in by")
    )
    checked_in_at = models.DateTimeField(_("checked in at"), null=True)
    merged_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("merged by"))
    merged_at = models.DateTimeField(_("merged at"), null=True)
    archived_at = models.DateTimeField(_("archived at"), null=True)
    denied_at = models.DateTimeField(_("denied at"), null=True)
    denied_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True, verbose_name=_("denied by"))
    denial_reason = models.CharField(_("reason of the denial"), max_length=2_000, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            # Also serves links and searches by number.
            models.UniqueConstraint(fields=["tenant_id", "number"], name="changes_change_number_once"),
            models.CheckConstraint(
                name="changes_change_known_status", condition=Q(status__in=[state.value for state in State])
            ),
            models.CheckConstraint(
                name="changes_change_merged_whole",
                condition=Q(status="Merged", merged_at__isnull=False, merged_by__isnull=False)
                | (~Q(status="Merged") & Q(merged_at__isnull=True, merged_by__isnull=True)),
            ),
            # Nobody undoes a change twice. One that was put away makes room for the next; also "what reverts this?".
            models.UniqueConstraint(
                fields=["tenant_id", "reverts"],
                condition=Q(reverts__isnull=False, archived_at__isnull=True),
                name="changes_change_reverted_once",
            ),
            models.CheckConstraint(
                name="changes_change_revert_named",
                condition=Q(origin="revert", reverts__isnull=False) | (~Q(origin="revert") & Q(reverts__isnull=True)),
            ),
            # What was denied stays put away, and says who denied it and why.
            models.CheckConstraint(
                name="changes_change_denied_whole",
                condition=Q(denied_at__isnull=True, denied_by__isnull=True, denial_reason="")
                | (
                    Q(denied_at__isnull=False, denied_by__isnull=False, archived_at__isnull=False)
                    & ~Q(denial_reason="")
                    & ~Q(status__in=["Ready", "Merged"])
                ),
            ),
        ]
        indexes = [
            # The list of changes, newest first; by status on the home page.
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="changes_change_newest"),
            models.Index(fields=["tenant_id", "status", "-created_at", "-id"], name="changes_change_by_status"),
            # Those that were put away or denied, newest first: few of many.
            models.Index(
                fields=["tenant_id", "-created_at", "-id"],
                name="changes_change_archived",
                condition=Q(archived_at__isnull=False),
            ),
            # "My drafts".
            models.Index(fields=["tenant_id", "author", "-created_at", "-id"], name="changes_change_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @transition(field=status, source=sources_of("start"), target=State.IMPLEMENTING.value)
    def start(self) -> None:
        """The scope is declared; from here only operations are added."""

    @transition(field=status, source=sources_of("reopen"), target=State.DRAFT.value)
    def reopen(self) -> None:
        """Back to where targets can be added."""

    @transition(field=status, source=sources_of("open_workspace"), target=State.WORKSPACE_RUNNING.value)
    def open_workspace(self) -> None:
        """A workspace runs with the projected contents."""

    @transition(field=status, source=sources_of("close_workspace"), target=State.IMPLEMENTING.value)
    def close_workspace(self) -> None:
        """The workspace is gone."""

    @transition(field=status, source=sources_of("check_in"), target=State.VALIDATING.value)
    def check_in(self, *, by: UUID | None, at: datetime) -> None:
        """Freeze operations and targets. Without a person the validation only informs and never ends in Ready."""
        self.checked_in_by_id, self.checked_in_at = by, at

    @transition(field=status, source=sources_of("fail_validation"), target=State.VALIDATION_FAILED.value)
    def fail_validation(self, *, at: datetime) -> None:
        self.validated_at = at
        self.checked_in_by_id, self.checked_in_at = None, None

    @transition(field=status, source=sources_of("abort_validation"), target=State.IMPLEMENTING.value)
    def abort_validation(self) -> None:
        self.checked_in_by_id, self.checked_in_at = None, None

    @transition(field=status, source=sources_of("rework"), target=State.IMPLEMENTING.value)
    def rework(self) -> None:
        """After a failed validation."""

    @transition(field=status, source=sources_of("pass_validation"), target=State.READY.value)
    def pass_validation(self, *, at: datetime) -> None:
        self.validated_at = at

    @transition(field=status, source=sources_of("withdraw"), target=State.IMPLEMENTING.value)
    def withdraw(self) -> None:
        self.approval_digest = ""
        self.checked_in_by_id, self.checked_in_at = None, None

    @transition(field=status, source=sources_of("merge"), target=State.MERGED.value)
    def merge(self, *, by: UUID, at: datetime) -> None:
        self.merged_by_id, self.merged_at = by, at
