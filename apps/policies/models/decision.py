from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel
from apps.policies.core.vocabulary import Effect


class Decision(TenantModel):
    """What the policies said of a real act: its inputs, the policies asked, and the outcome (XY-096, XY-098).

    Append-only. The same decision on the same subject is kept once. ``digest`` is that of the judgement's canonical
    form: a replay from ``inputs`` and the bodies of ``policies`` has to meet it byte for byte.
    """

    class Outcome(models.TextChoices):
        ALLOW = Effect.ALLOW.value, _("allow")
        REQUIRE_APPROVAL = Effect.REQUIRE_APPROVAL.value, _("require approval")
        DENY = Effect.DENY.value, _("deny")

    environment = TenantForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, related_name="+", verbose_name=_("environment")
    )
    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.UUIDField(_("subject"))
    action = models.CharField(_("action"), max_length=100)
    effect = models.CharField(_("effect"), max_length=20, choices=Outcome.choices)
    inputs = models.JSONField(_("inputs"))
    policies = models.JSONField(_("policies"))
    outcome = models.JSONField(_("outcome"))
    digest = models.CharField(_("digest"), max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided for"))
    correlation_id = models.CharField(_("correlation id"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("decided at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            # Also serves "why?" on the page of a subject.
            models.UniqueConstraint(
                fields=["tenant_id", "subject_type", "subject_id", "digest"], name="policies_decision_once"
            ),
            models.CheckConstraint(
                name="policies_decision_known_effect", condition=Q(effect__in=[effect.value for effect in Effect])
            ),
        ]
        indexes = [
            # The list, and the newest ones a simulation replays.
            models.Index(fields=["tenant_id", "environment", "-decided_at", "-id"], name="policies_decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.effect}"
