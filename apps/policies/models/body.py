from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.models import TenantModel


class PolicyBody(TenantModel):
    """What a policy says, addressed by the digest of its content: versions and decisions point here.

    Append-only, so that a decision can be replayed byte for byte whatever has become of the policy.
    """

    digest = models.CharField(_("digest"), max_length=64)
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("policy body")
        verbose_name_plural = _("policy bodies")
        constraints = [
            # Also serves the replay of a decision, which knows bodies by digest.
            models.UniqueConstraint(fields=["tenant_id", "digest"], name="policies_policybody_once"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]
