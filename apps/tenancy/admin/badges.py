"""Environments as badges. Production is marked wherever it is named."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.parts import Badge
from apps.tenancy.models import Environment


def environment_badge(name: str) -> Badge:
    """An environment by its name."""
    return Badge(name, "warn" if name == Environment.Name.PROD else "")


def stage_badge(row: Environment) -> Badge:
    """What an environment is for, in words."""
    if row.name == Environment.Name.PROD:
        return Badge(_("production"), "warn", "warning")
    return Badge(_("test") if row.name == Environment.Name.TEST else _("development"), "info")
