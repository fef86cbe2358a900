from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel


class HeadMove(TenantModel):
    """One move of a head, kept for good: what an environment ran from ``moved_at`` on, until its next move.

    Written only together with the head, by ``services/heads.py``. Within an environment the times of merges rise
    strictly, so that "as it was then" has one answer at every instant. ``digest_before`` is empty at the first move.

    The table grows with every merge and is only read by the indexes below, so its references bring none of their own.
    """

    environment = TenantForeignKey(
        "tenancy.Environment",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("environment"),
    )
    definition = TenantForeignKey(
        "metadata.Definition",
        on_delete=models.PROTECT,
        related_name="moves",
        db_index=False,
        verbose_name=_("definition"),
    )
    revision = TenantForeignKey(
        "metadata.Revision",
        on_delete=models.PROTECT,
        related_name="moves",
        db_index=False,
        verbose_name=_("revision"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=200)
    name = models.CharField(_("name"), max_length=200)
    status = models.CharField(_("status"), max_length=20)
    number = models.PositiveIntegerField(_("revision number"))
    digest = models.CharField(_("digest"), max_length=64)
    digest_before = models.CharField(_("digest before"), max_length=64, blank=True)
    # The change that moved it: a plain id, since changes live above metadata.
    change_id = models.UUIDField(_("change"))
    # None only for a move older than this table whose event is gone.
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name=_("moved by"),
    )
    moved_at = models.DateTimeField(_("moved at"))

    class Meta(TenantModel.Meta):
        verbose_name = _("move of a head")
        verbose_name_plural = _("moves of heads")
        constraints = [
            # Also serves "the newest move up to then" of each definition, in the order environments are listed in.
            models.UniqueConstraint(
                fields=["tenant_id", "environment", "kind", "key", "moved_at"], name="metadata_headmove_once"
            ),
        ]
        indexes = [
            # "When did this environment move last?" before each merge, and what moved in it since.
            models.Index(fields=["tenant_id", "environment", "-moved_at", "-id"], name="metadata_headmove_newest"),
            # The history of a definition, across environments or in one, newest first; and its blame.
            models.Index(fields=["tenant_id", "definition", "-moved_at", "-id"], name="metadata_headmove_history"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key} #{self.number}"
