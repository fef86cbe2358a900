from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel

PERSON = settings.AUTH_USER_MODEL


class ConflictResolution(TenantModel):
    """What a person decided at one path where the change and a moved head met.

    Holds while both sides are what was seen (the two digests), for the operations it was made for. Without
    ``has_value`` nothing shall stand at the path. ``base_revision`` is what the change remembered then: clearing the
    resolution brings it back, so that the conflict is seen again.
    """

    class Choice(models.TextChoices):
        MINE = "mine", _("the change's")
        THEIRS = "theirs", _("the environment's")
        EDITED = "edited", _("edited")

    change = TenantForeignKey(
        "changes.Change", on_delete=models.PROTECT, related_name="resolutions", verbose_name=_("change")
    )
    kind = models.CharField(_("type"), max_length=40)
    key = models.CharField(_("key"), max_length=200)
    path = ArrayField(models.TextField(), verbose_name=_("path"))
    choice = models.CharField(_("choice"), max_length=10, choices=Choice.choices)
    value = models.JSONField(_("value"), null=True)
    has_value = models.BooleanField(default=False)
    theirs_digest = models.CharField(max_length=64, blank=True)
    mine_digest = models.CharField(max_length=64, blank=True)
    operations = ArrayField(models.UUIDField(), verbose_name=_("operations"))
    base_revision = TenantForeignKey(
        "metadata.Revision", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("base revision")
    )
    # The responsible human of whoever resolved it: none of them may approve the change.
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("author"))
    resolved_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("resolved by"))
    resolved_at = models.DateTimeField(_("resolved at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        constraints = [
            # One decision a place; also serves "the resolutions of a change" in every plan.
            models.UniqueConstraint(
                fields=["tenant_id", "change", "kind", "key", "path"], name="changes_resolution_once_per_place"
            ),
            models.CheckConstraint(
                name="changes_resolution_known_choice", condition=Q(choice__in=["mine", "theirs", "edited"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} {'/'.join(self.path)}: {self.choice}"
